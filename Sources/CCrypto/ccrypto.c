// Keeps the target compilable by itself; the shims live in cipher.c, dtls.c and hmac.c.
#include "CCrypto.h"
