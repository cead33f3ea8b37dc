#ifndef RTPBRIDGE_CSPANDSP_H
#define RTPBRIDGE_CSPANDSP_H

// Only the parts in use: the whole of spandsp.h drags in the fax modems and libtiff.
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <spandsp/telephony.h>
#include <spandsp/logging.h>
#include <spandsp/complex.h>
#include <spandsp/dds.h>
#include <spandsp/tone_detect.h>
#include <spandsp/tone_generate.h>
#include <spandsp/super_tone_rx.h>
#include <spandsp/dtmf.h>
#include <spandsp/plc.h>
#include <spandsp/g722.h>

#endif
