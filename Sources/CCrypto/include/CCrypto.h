#ifndef RTPBRIDGE_CCRYPTO_H
#define RTPBRIDGE_CCRYPTO_H

#include "CCryptoCipher.h"
#include "CCryptoDTLS.h"
#include "CCryptoHMAC.h"

#endif
