// SPDX-License-Identifier: MIT
/*
 * vf CONTROLLER: give the first virtual function of an NVMe controller, as /dev/nvme0, the queues
 * and the interrupt that it can have, and set it online (NVM Express Base Specification 2.0,
 * section 5.28, Virtualization Management). A driver can then be bound to it.
 */
#include "helper.h"

#include <linux/nvme_ioctl.h>

enum {
	VIRTUALIZATION_MANAGEMENT = 0x1c,
	ASSIGN = 8,
	ONLINE = 9,
	QUEUES = 0,
	INTERRUPTS = 1,
	/* The secondary controller that the first virtual function is. */
	SECONDARY = 1,
};

static void manage(int fd, unsigned int action, unsigned int resource, unsigned int count)
{
	struct nvme_admin_cmd command = {
		.opcode = VIRTUALIZATION_MANAGEMENT,
		.cdw10 = SECONDARY << 16 | resource << 8 | action,
		.cdw11 = count,
	};
	int status = ioctl(fd, NVME_IOCTL_ADMIN_CMD, &command);

	if (status < 0)
		die("action %u", action);
	if (status) {
		errno = EIO;
		die("action %u, status 0x%x", action, status);
	}
}

int main(int argc, char **argv)
{
	int fd;

	if (argc != 2)
		return 64;
	fd = open_or_die(argv[1], O_RDONLY);
	manage(fd, ASSIGN, QUEUES, 2);
	manage(fd, ASSIGN, INTERRUPTS, 1);
	manage(fd, ONLINE, QUEUES, 0);
	return 0;
}
