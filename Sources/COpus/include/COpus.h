#ifndef RTPBRIDGE_COPUS_H
#define RTPBRIDGE_COPUS_H

#include <opus/opus.h>

// opus_encoder_ctl and opus_decoder_ctl are variadic, which Swift cannot call. Each function returns
// OPUS_OK or one of libopus's negative error codes.

int rtpbridge_opus_encoder_set(OpusEncoder *encoder, int request, opus_int32 value);
int rtpbridge_opus_encoder_get(OpusEncoder *encoder, int request, opus_int32 *value);
int rtpbridge_opus_encoder_reset(OpusEncoder *encoder);
int rtpbridge_opus_decoder_reset(OpusDecoder *decoder);

#endif
