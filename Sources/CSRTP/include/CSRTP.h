#ifndef RTPBRIDGE_CSRTP_H
#define RTPBRIDGE_CSRTP_H

// Swift imports all that is needed of libsrtp2; this target only names the header and the library.
#include <srtp2/srtp.h>

#endif
