/* SwiftPM makes no module of headers alone. IopmemLibrary implements this one. */
#include "iopmem.h"
