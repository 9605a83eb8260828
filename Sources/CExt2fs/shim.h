#pragma once
#include <errno.h>
#include <sys/types.h>
#include <et/com_err.h>
#include <ext2fs/ext2_fs.h>
#include <ext2fs/ext2fs.h>

/* A global variable in C, which Swift 6 rightly will not let us read. */
static inline io_manager iopmem_unix_io_manager(void) { return unix_io_manager; }
