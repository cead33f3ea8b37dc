#include "dtls_internal.h"

#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/provider.h>
#include <string.h>

// Whenever OpenSSL parses a certificate it goes through all decoders and all kinds of keys of the library, and through every
// algorithm that was ever looked up: a quarter of a handshake. A library of our own has only what our handshakes can agree on:
// its one provider hands out a part of what OpenSSL's default provider has. What is not listed here cannot be negotiated.

typedef struct allowed {
    int operation;
    /// Any of an algorithm's names.
    const char *names[8];
    /// What the algorithm's properties have to contain, or NULL.
    const char *properties[2];
} allowed;

static const allowed allowance[] = {
    {OSSL_OP_DIGEST, {"SHA1", "SHA2-224", "SHA2-256", "SHA2-384", "SHA2-512"}, {NULL}},
    // Counter mode is that of the random numbers.
    {OSSL_OP_CIPHER, {"AES-128-GCM", "AES-256-GCM", "ChaCha20-Poly1305", "AES-256-CTR", "AES-256-ECB"}, {NULL}},
    {OSSL_OP_MAC, {"HMAC"}, {NULL}},
    {OSSL_OP_KDF, {"TLS1-PRF"}, {NULL}},
    {OSSL_OP_RAND, {"CTR-DRBG", "SEED-SRC"}, {NULL}},
    {OSSL_OP_KEYMGMT, {"EC", "RSA", "RSA-PSS", "X25519"}, {NULL}},
    {OSSL_OP_KEYEXCH, {"ECDH", "X25519"}, {NULL}},
    {OSSL_OP_SIGNATURE, {"ECDSA", "RSA"}, {NULL}},
    {OSSL_OP_ENCODER, {"EC", "RSA"}, {"structure=SubjectPublicKeyInfo", "output=der"}},
    {OSSL_OP_DECODER, {"EC", "RSA"}, {"structure=SubjectPublicKeyInfo", "input=der"}},
};
enum { operations = sizeof(allowance) / sizeof(allowance[0]) };

static OSSL_PROVIDER *original;
/// Of each operation of `allowance`; ends with an entry without a name.
static OSSL_ALGORITHM *algorithms[operations];

/// Whether `names`, separated by colons, has `name`.
static int has_name(const char *names, const char *name) {
    size_t length = strlen(name);
    while (names) {
        if (strncmp(names, name, length) == 0 && (names[length] == ':' || names[length] == '\0')) { return 1; }
        names = strchr(names, ':');
        if (names) { names += 1; }
    }
    return 0;
}

static int is_allowed(const OSSL_ALGORITHM *algorithm, const allowed *what) {
    for (size_t i = 0; i < 2 && what->properties[i]; i++) {
        if (!strstr(algorithm->property_definition, what->properties[i])) { return 0; }
    }
    for (size_t i = 0; i < 8 && what->names[i]; i++) {
        if (has_name(algorithm->algorithm_names, what->names[i])) { return 1; }
    }
    return 0;
}

static OSSL_ALGORITHM *choose(const allowed *what) {
    int is_uncached = 0;
    const OSSL_ALGORITHM *all = OSSL_PROVIDER_query_operation(original, what->operation, &is_uncached);
    size_t count = 0, chosen = 0;
    while (all && all[count].algorithm_names) { count += 1; }
    OSSL_ALGORITHM *choice = OPENSSL_zalloc((count + 1) * sizeof(*choice));
    for (size_t i = 0; choice && i < count; i++) {
        if (is_allowed(&all[i], what)) { choice[chosen++] = all[i]; }
    }
    return choice;
}

// MARK: - The provider

static const OSSL_ALGORITHM *query(void *context, int operation, int *is_uncached) {
    (void)context;
    *is_uncached = 0;
    for (size_t i = 0; i < operations; i++) {
        if (allowance[i].operation == operation) { return algorithms[i]; }
    }
    return NULL;
}

static int get_capabilities(void *context, const char *capability, OSSL_CALLBACK *callback, void *argument) {
    (void)context;
    return OSSL_PROVIDER_get_capabilities(original, capability, callback, argument);
}

static const OSSL_DISPATCH functions[] = {
    {OSSL_FUNC_PROVIDER_QUERY_OPERATION, (void (*)(void))query},
    {OSSL_FUNC_PROVIDER_GET_CAPABILITIES, (void (*)(void))get_capabilities},
    {0, NULL},
};

static int begin(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *core, const OSSL_DISPATCH **dispatch, void **context) {
    (void)handle, (void)core;
    *dispatch = functions;
    *context = OSSL_PROVIDER_get0_provider_ctx(original);
    return 1;
}

// MARK: - The library

static CRYPTO_ONCE library_once = CRYPTO_ONCE_STATIC_INIT;
static OSSL_LIB_CTX *library;

static void make_library(void) {
    OSSL_LIB_CTX *whole = OSSL_LIB_CTX_new();
    OSSL_LIB_CTX *made = OSSL_LIB_CTX_new();
    original = whole ? OSSL_PROVIDER_load(whole, "default") : NULL;
    int is_complete = original && made;
    for (size_t i = 0; i < operations && is_complete; i++) {
        algorithms[i] = choose(&allowance[i]);
        is_complete = algorithms[i] && algorithms[i][0].algorithm_names;
    }
    if (is_complete && OSSL_PROVIDER_add_builtin(made, "rtpbridge", begin) && OSSL_PROVIDER_load(made, "rtpbridge")) {
        library = made;
    }
    // Both stay as long as the process: what was looked up in them refers to them.
}

OSSL_LIB_CTX *rtpbridge_dtls_library(void) {
    return CRYPTO_THREAD_run_once(&library_once, make_library) ? library : NULL;
}
