// Everything in use is importable; the target needs one source file to compile.
#include "CSpeexDSP.h"
