/* SPDX-License-Identifier: MIT */
/* A PCI function that is driven from here, through the files that sysfs has of it. */
#ifndef ENGINE_H
#define ENGINE_H

#include "helper.h"

enum { CONFIG_COMMAND = 4, DECODE_MEMORY = 2, MASTER_BUS = 4 };

static inline int open_of_function(const char *function, const char *file, int flags)
{
	char path[256];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/%s", function, file);
	return open_or_die(path, flags);
}

/* Has the function decode memory and do DMA. */
static inline void engine_enable(const char *function)
{
	char driver[256];
	uint16_t command;
	int fd;

	snprintf(driver, sizeof(driver), "/sys/bus/pci/devices/%s/driver", function);
	if (access(driver, F_OK) == 0) {
		errno = EBUSY;
		die("%s has a driver", function);
	}
	fd = open_of_function(function, "enable", O_WRONLY);
	/* Counted: 1 each time is harmless. */
	if (write(fd, "1", 1) != 1)
		die("enable %s", function);
	close(fd);
	fd = open_of_function(function, "config", O_RDWR);
	if (pread(fd, &command, 2, CONFIG_COMMAND) != 2)
		die("config of %s", function);
	command |= DECODE_MEMORY | MASTER_BUS;
	if (pwrite(fd, &command, 2, CONFIG_COMMAND) != 2)
		die("config of %s", function);
	close(fd);
}

/* Maps the first bytes of its BAR 0, for this process alone as long as that lives. */
static inline volatile uint8_t *engine_registers(const char *function, size_t bytes)
{
	int fd = open_of_function(function, "resource0", O_RDWR | O_SYNC);
	void *registers;

	if (flock(fd, LOCK_EX))
		die("flock BAR 0 of %s", function);
	registers = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (registers == MAP_FAILED)
		die("mmap BAR 0 of %s", function);
	return registers;
}

#endif
