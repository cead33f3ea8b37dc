// Raw SHA-1 is deprecated in OpenSSL 3 in favour of EVP, whose HMAC costs several times as much per
// packet: it cannot resume from the two hashed key pads, which here are two struct copies.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "CCryptoCipher.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <string.h>

enum { sha1_block_length = 64, gcm_iv_length = 12, gcm_tag_length = 16 };

// The EVP_CIPHER objects are fetched once for the process: a fetch takes a lock and a table search.
static CRYPTO_ONCE ciphers_once = CRYPTO_ONCE_STATIC_INIT;
static EVP_CIPHER *ctr128, *ctr192, *ctr256, *gcm128, *gcm256;

static void fetch_ciphers(void) {
    ctr128 = EVP_CIPHER_fetch(NULL, "AES-128-CTR", NULL);
    ctr192 = EVP_CIPHER_fetch(NULL, "AES-192-CTR", NULL);
    ctr256 = EVP_CIPHER_fetch(NULL, "AES-256-CTR", NULL);
    gcm128 = EVP_CIPHER_fetch(NULL, "AES-128-GCM", NULL);
    gcm256 = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
}

static const EVP_CIPHER *ctr_cipher(size_t key_length) {
    if (!CRYPTO_THREAD_run_once(&ciphers_once, fetch_ciphers)) { return NULL; }
    return key_length == 16 ? ctr128 : key_length == 24 ? ctr192 : key_length == 32 ? ctr256 : NULL;
}

static const EVP_CIPHER *gcm_cipher(size_t key_length) {
    if (!CRYPTO_THREAD_run_once(&ciphers_once, fetch_ciphers)) { return NULL; }
    return key_length == 16 ? gcm128 : key_length == 32 ? gcm256 : NULL;
}

// Both cipher types are EVP_CIPHER_CTX under a name that Swift can tell apart.
static EVP_CIPHER_CTX *context_new(const EVP_CIPHER *cipher, const void *key, int encrypts) {
    EVP_CIPHER_CTX *context = cipher ? EVP_CIPHER_CTX_new() : NULL;
    if (!context) { return NULL; }
    int done = encrypts ? EVP_EncryptInit_ex2(context, cipher, key, NULL, NULL)
                        : EVP_DecryptInit_ex2(context, cipher, key, NULL, NULL);
    if (done == 1) { return context; }
    EVP_CIPHER_CTX_free(context);
    return NULL;
}

rtpbridge_aes_ctr *rtpbridge_aes_ctr_new(const void *key, size_t key_length) {
    return (rtpbridge_aes_ctr *)context_new(ctr_cipher(key_length), key, 1);
}

void rtpbridge_aes_ctr_free(rtpbridge_aes_ctr *cipher) { EVP_CIPHER_CTX_free((EVP_CIPHER_CTX *)cipher); }

int rtpbridge_aes_ctr_apply(rtpbridge_aes_ctr *cipher, const void *iv, void *data, size_t length) {
    EVP_CIPHER_CTX *context = (EVP_CIPHER_CTX *)cipher;
    if (length == 0) { return 1; }
    return EVP_EncryptInit_ex2(context, NULL, NULL, iv, NULL) == 1
        && EVP_Cipher(context, data, data, (unsigned int)length) == (int)length;
}

rtpbridge_aes_gcm *rtpbridge_aes_gcm_new(const void *key, size_t key_length, int encrypts) {
    return (rtpbridge_aes_gcm *)context_new(gcm_cipher(key_length), key, encrypts);
}

void rtpbridge_aes_gcm_free(rtpbridge_aes_gcm *cipher) { EVP_CIPHER_CTX_free((EVP_CIPHER_CTX *)cipher); }

static int gcm_run(EVP_CIPHER_CTX *context, const void *first, size_t first_length,
                   const void *second, size_t second_length, void *data, size_t length) {
    if (EVP_Cipher(context, NULL, first, (unsigned int)first_length) < 0) { return 0; }
    if (second_length > 0 && EVP_Cipher(context, NULL, second, (unsigned int)second_length) < 0) { return 0; }
    if (length > 0 && EVP_Cipher(context, data, data, (unsigned int)length) != (int)length) { return 0; }
    return EVP_Cipher(context, NULL, NULL, 0) >= 0;
}

int rtpbridge_aes_gcm_seal(rtpbridge_aes_gcm *cipher, const void *iv, const void *first, size_t first_length,
                           const void *second, size_t second_length, void *data, size_t length, void *tag) {
    EVP_CIPHER_CTX *context = (EVP_CIPHER_CTX *)cipher;
    return EVP_EncryptInit_ex2(context, NULL, NULL, iv, NULL) == 1
        && gcm_run(context, first, first_length, second, second_length, data, length)
        && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, gcm_tag_length, tag) == 1;
}

int rtpbridge_aes_gcm_open(rtpbridge_aes_gcm *cipher, const void *iv, const void *first, size_t first_length,
                           const void *second, size_t second_length, void *data, size_t length, void *tag) {
    EVP_CIPHER_CTX *context = (EVP_CIPHER_CTX *)cipher;
    return EVP_DecryptInit_ex2(context, NULL, NULL, iv, NULL) == 1
        && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, gcm_tag_length, tag) == 1
        && gcm_run(context, first, first_length, second, second_length, data, length);
}

struct rtpbridge_keyed_sha1 {
    SHA_CTX inner, outer; // each has swallowed one padded key block
};

rtpbridge_keyed_sha1 *rtpbridge_keyed_sha1_new(const void *key, size_t key_length) {
    if (key_length > sha1_block_length) { return NULL; }
    rtpbridge_keyed_sha1 *hmac = OPENSSL_malloc(sizeof *hmac);
    if (!hmac) { return NULL; }
    const uint8_t *key_bytes = key;
    uint8_t pad[sha1_block_length];
    memset(pad, 0x36, sizeof pad);
    for (size_t i = 0; i < key_length; i++) { pad[i] ^= key_bytes[i]; }
    SHA1_Init(&hmac->inner);
    SHA1_Update(&hmac->inner, pad, sizeof pad);
    for (size_t i = 0; i < sizeof pad; i++) { pad[i] ^= 0x36 ^ 0x5c; }
    SHA1_Init(&hmac->outer);
    SHA1_Update(&hmac->outer, pad, sizeof pad);
    OPENSSL_cleanse(pad, sizeof pad);
    return hmac;
}

void rtpbridge_keyed_sha1_free(rtpbridge_keyed_sha1 *hmac) {
    OPENSSL_clear_free(hmac, sizeof *hmac);
}

void rtpbridge_keyed_sha1_compute(const rtpbridge_keyed_sha1 *hmac, const void *first, size_t first_length,
                                  const void *second, size_t second_length, void *digest) {
    SHA_CTX hash = hmac->inner;
    SHA1_Update(&hash, first, first_length);
    SHA1_Update(&hash, second, second_length);
    SHA1_Final(digest, &hash);
    hash = hmac->outer;
    SHA1_Update(&hash, digest, SHA_DIGEST_LENGTH);
    SHA1_Final(digest, &hash);
}
