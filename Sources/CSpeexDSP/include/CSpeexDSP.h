#ifndef RTPBRIDGE_CSPEEXDSP_H
#define RTPBRIDGE_CSPEEXDSP_H

#include <speex/speex_resampler.h>

#endif
