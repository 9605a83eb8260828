#define _GNU_SOURCE /* F_SETLEASE, F_SETSIG */
#include "CLinux.h"

int iopmem_try_read_lease(int fd)
{
	/* Who breaks a lease sends a signal: by default one that ends the process. */
	if (fcntl(fd, F_SETSIG, SIGURG) || fcntl(fd, F_SETLEASE, F_RDLCK))
		return -1;
	return fcntl(fd, F_SETLEASE, F_UNLCK);
}
