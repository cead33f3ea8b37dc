// A target needs a source file; the functions are libsrtp2's own.
#include "CSRTP.h"
