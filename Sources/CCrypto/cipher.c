// Raw SHA-1 is deprecated in OpenSSL 3 in favour of EVP, whose HMAC costs several times as much per
// packet: it cannot resume from the two hashed key pads, which here are five words each.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "CCryptoCipher.h"

#include <endian.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <string.h>

enum { block_length = 16, sha1_block_length = 64, gcm_tag_length = 16 };

// The EVP_CIPHER objects are fetched once for the process: a fetch takes a lock and a table search.
static CRYPTO_ONCE ciphers_once = CRYPTO_ONCE_STATIC_INIT;
static EVP_CIPHER *ecb128, *ecb192, *ecb256, *gcm128, *gcm256;

static void fetch_ciphers(void) {
    ecb128 = EVP_CIPHER_fetch(NULL, "AES-128-ECB", NULL);
    ecb192 = EVP_CIPHER_fetch(NULL, "AES-192-ECB", NULL);
    ecb256 = EVP_CIPHER_fetch(NULL, "AES-256-ECB", NULL);
    gcm128 = EVP_CIPHER_fetch(NULL, "AES-128-GCM", NULL);
    gcm256 = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
}

static const EVP_CIPHER *ecb_cipher(size_t key_length) {
    if (!CRYPTO_THREAD_run_once(&ciphers_once, fetch_ciphers)) { return NULL; }
    return key_length == 16 ? ecb128 : key_length == 24 ? ecb192 : key_length == 32 ? ecb256 : NULL;
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
    return (rtpbridge_aes_ctr *)context_new(ecb_cipher(key_length), key, 1);
}

int rtpbridge_aes_ctr_set_key(rtpbridge_aes_ctr *cipher, const void *key) {
    return EVP_EncryptInit_ex2((EVP_CIPHER_CTX *)cipher, NULL, key, NULL, NULL) == 1;
}

void rtpbridge_aes_ctr_free(rtpbridge_aes_ctr *cipher) { EVP_CIPHER_CTX_free((EVP_CIPHER_CTX *)cipher); }

static void add_bytes(uint8_t *restrict data, const uint8_t *restrict stream, size_t length) {
    for (size_t i = 0; i < length; i++) { data[i] ^= stream[i]; }
}

// The counter blocks are encrypted as they are, many in one call. EVP's own counter mode wants a new IV for each packet, and
// takes longer to set it (54 ns) than to encrypt 160 bytes.
int rtpbridge_aes_ctr_apply(rtpbridge_aes_ctr *cipher, const void *iv, void *data, size_t length) {
    uint64_t stream[32][2], counter[2];
    memcpy(counter, iv, sizeof counter);
    uint64_t high = be64toh(counter[0]), low = be64toh(counter[1]);
    uint8_t *bytes = data;
    while (length > 0) {
        size_t part = length < sizeof stream ? length : sizeof stream;
        size_t blocks = (part + block_length - 1) / block_length;
        for (size_t i = 0; i < blocks; i++) {
            stream[i][0] = htobe64(high);
            stream[i][1] = htobe64(low);
            if (++low == 0) { high++; }
        }
        int padded = (int)(blocks * block_length);
        if (EVP_Cipher((EVP_CIPHER_CTX *)cipher, (uint8_t *)stream, (const uint8_t *)stream, (unsigned int)padded) != padded) { return 0; }
        add_bytes(bytes, (const uint8_t *)stream, part);
        bytes += part;
        length -= part;
    }
    return 1;
}

rtpbridge_aes_gcm *rtpbridge_aes_gcm_new(const void *key, size_t key_length, int encrypts) {
    return (rtpbridge_aes_gcm *)context_new(gcm_cipher(key_length), key, encrypts);
}

int rtpbridge_aes_gcm_set_key(rtpbridge_aes_gcm *cipher, const void *key) {
    EVP_CIPHER_CTX *context = (EVP_CIPHER_CTX *)cipher;
    int encrypts = EVP_CIPHER_CTX_is_encrypting(context);
    return (encrypts ? EVP_EncryptInit_ex2(context, NULL, key, NULL, NULL) : EVP_DecryptInit_ex2(context, NULL, key, NULL, NULL)) == 1;
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

// SHA-1 after one block, which is all that is left of a padded key.
static void hash_pad(const uint8_t *key, size_t key_length, uint8_t filler, uint32_t state[5]) {
    uint8_t pad[sha1_block_length];
    SHA_CTX hash;
    memset(pad, filler, sizeof pad);
    for (size_t i = 0; i < key_length; i++) { pad[i] ^= key[i]; }
    SHA1_Init(&hash);
    SHA1_Update(&hash, pad, sizeof pad);
    const uint32_t words[5] = {hash.h0, hash.h1, hash.h2, hash.h3, hash.h4};
    memcpy(state, words, sizeof words);
    OPENSSL_cleanse(pad, sizeof pad);
    OPENSSL_cleanse(&hash, sizeof hash);
}

int rtpbridge_keyed_sha1_init(rtpbridge_keyed_sha1 *hmac, const void *key, size_t key_length) {
    if (key_length > sha1_block_length) { return 0; }
    hash_pad(key, key_length, 0x36, hmac->inner);
    hash_pad(key, key_length, 0x5c, hmac->outer);
    return 1;
}

static void resume(SHA_CTX *hash, const uint32_t state[5]) {
    hash->h0 = state[0];
    hash->h1 = state[1];
    hash->h2 = state[2];
    hash->h3 = state[3];
    hash->h4 = state[4];
    hash->Nl = sha1_block_length * 8;
    hash->Nh = 0;
    hash->num = 0;
}

void rtpbridge_keyed_sha1_compute(const rtpbridge_keyed_sha1 *hmac, const void *first, size_t first_length,
                                  const void *second, size_t second_length, void *digest) {
    SHA_CTX hash;
    resume(&hash, hmac->inner);
    SHA1_Update(&hash, first, first_length);
    SHA1_Update(&hash, second, second_length);
    SHA1_Final(digest, &hash);
    resume(&hash, hmac->outer);
    SHA1_Update(&hash, digest, SHA_DIGEST_LENGTH);
    SHA1_Final(digest, &hash);
}
