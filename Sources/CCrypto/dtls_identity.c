#include "dtls_internal.h"

#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

// Forward secrecy and AEAD only (RFC 8827 section 6.5); ECDSA is our certificate, RSA serves a peer's.
static const char ciphers[] =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384";

enum {
    day = 24 * 60 * 60,
    // Nobody checks the dates of a certificate that a fingerprint vouches for; these outlive any process.
    validity = 3650 * day,
    // A WebRTC peer sends one certificate. Bounds what a peer can make us collect [bytes].
    maximum_certificates = 16 * 1024,
    // The write buffer of each association is this long; a handshake record never needs more [bytes].
    maximum_record = 1200,
};

// The cheapest first: X25519 is half the work of P-256, and ECDSA with P-256 the cheapest signature. A server of ours keeps its order.
static const char groups[] = "X25519:P-256:P-384";
static const char signatures[] =
    "ECDSA+SHA256:RSA-PSS+SHA256:RSA+SHA256:ECDSA+SHA384:RSA-PSS+SHA384:RSA+SHA384:ECDSA+SHA512:RSA-PSS+SHA512:RSA+SHA512";

static int random_serial(X509 *certificate) {
    uint64_t number = 0;
    if (RAND_bytes((unsigned char *)&number, sizeof(number)) != 1) { return 0; }
    return ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), number >> 1 | 1);
}

static X509 *self_signed(EVP_PKEY *key) {
    X509 *certificate = X509_new_ex(rtpbridge_dtls_library(), NULL);
    if (!certificate) { return NULL; }
    X509_NAME *name = X509_get_subject_name(certificate);
    if (X509_set_version(certificate, X509_VERSION_3) && random_serial(certificate)
        && X509_gmtime_adj(X509_getm_notBefore(certificate), -day)
        && X509_gmtime_adj(X509_getm_notAfter(certificate), validity)
        && X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"rtpbridge", -1, -1, 0)
        && X509_set_issuer_name(certificate, name) && X509_set_pubkey(certificate, key)
        && X509_sign(certificate, key, EVP_sha256()) > 0) {
        return certificate;
    }
    X509_free(certificate);
    return NULL;
}

static SSL_CTX *make_context(X509 *certificate, EVP_PKEY *key) {
    SSL_CTX *context = SSL_CTX_new_ex(rtpbridge_dtls_library(), NULL, DTLS_method());
    if (!context) { return NULL; }
    // No resumption: every call has its own association, and a ticket would only lengthen the last flight.
    SSL_CTX_set_options(context, SSL_OP_NO_QUERY_MTU | SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION
                                     | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_max_cert_list(context, maximum_certificates);
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    SSL_CTX_set_cert_verify_callback(context, rtpbridge_dtls_verify_peer, NULL);
    if (SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION) && SSL_CTX_set_max_proto_version(context, DTLS1_2_VERSION)
        && SSL_CTX_set_cipher_list(context, ciphers) && SSL_CTX_set1_groups_list(context, groups)
        && SSL_CTX_set1_sigalgs_list(context, signatures)
        && SSL_CTX_set_max_send_fragment(context, maximum_record) && SSL_CTX_use_certificate(context, certificate)
        && SSL_CTX_use_PrivateKey(context, key)) {
        return context;
    }
    SSL_CTX_free(context);
    return NULL;
}

rtpbridge_dtls_identity *rtpbridge_dtls_identity_new(int is_rsa, uint64_t *error) {
    ERR_clear_error();
    OSSL_LIB_CTX *library = rtpbridge_dtls_library();
    EVP_PKEY *key = is_rsa ? EVP_PKEY_Q_keygen(library, NULL, "RSA", (size_t)2048)
                           : EVP_PKEY_Q_keygen(library, NULL, "EC", "P-256");
    X509 *certificate = key ? self_signed(key) : NULL;
    SSL_CTX *context = certificate ? make_context(certificate, key) : NULL;
    EVP_PKEY_free(key);
    rtpbridge_dtls_identity *identity = context ? OPENSSL_zalloc(sizeof(*identity)) : NULL;
    if (!identity) {
        *error = ERR_peek_error();
        ERR_clear_error();
        SSL_CTX_free(context);
        X509_free(certificate);
        return NULL;
    }
    identity->certificate = certificate;
    identity->context = context;
    return identity;
}

void rtpbridge_dtls_identity_free(rtpbridge_dtls_identity *identity) {
    if (!identity) { return; }
    SSL_CTX_free(identity->context);
    X509_free(identity->certificate);
    OPENSSL_free(identity);
}

const EVP_MD *rtpbridge_dtls_hash(size_t length) {
    switch (length) {
    case 20: return EVP_sha1();
    case 28: return EVP_sha224();
    case 32: return EVP_sha256();
    case 48: return EVP_sha384();
    case 64: return EVP_sha512();
    default: return NULL;
    }
}

int rtpbridge_dtls_identity_digest(const rtpbridge_dtls_identity *identity, uint8_t *digest, size_t length) {
    const EVP_MD *hash = rtpbridge_dtls_hash(length);
    return hash && X509_digest(identity->certificate, hash, digest, NULL);
}
