// SPDX-License-Identifier: MIT
/*
 * buffer: files as dma-bufs, and /dev/importer, from the shell.
 *
 *   buffer try DEVICE FILE OFFSET LENGTH    print OK or the error of making one
 *   buffer hold DEVICE FILE OFFSET LENGTH FUNCTION [WORD...]   have it attached for the function
 *                                  (importer.c has the words); prints what the importer was given, and
 *                                  holds nothing but that until end of input. A line "again" has it
 *                                  mapped once more; each line makes it print again.
 *   buffer pass DEVICE FILE OFFSET LENGTH SOCKET   whoever connects to the socket is sent it; has it and
 *                                  the lease until it is killed
 *   buffer receive SOCKET FUNCTION [WORD...]   the other end, as with hold
 *   buffer sync SOCKET              receive it, say that it was written to, and print OK or the error
 *   buffer faults DEVICE FILE OFFSET LENGTH FUNCTION   make it and attach it, with the first call that
 *                                  may fail made to fail, then the second, and so on until none is left:
 *                                  a line each, the call and how it ended
 */
#include "leases.h"

#include <dirent.h>
#include <linux/dma-buf.h>
#include <sys/socket.h>
#include <sys/un.h>

static int export_of(const char *device, char **range)
{
	struct iopmem_lease lease;
	int dev = open_or_die(device, O_RDONLY), dmabuf;

	if (take_path(dev, range[0], O_RDWR, &lease))
		die("lease of %s", range[0]);
	dmabuf = export_range(lease.lease, range[1], range[2]);
	close(lease.lease);
	close(dev);
	return dmabuf;
}

/* What the importer has now. */
static void print_import(int importer)
{
	char text[4096];
	ssize_t count;

	lseek(importer, 0, SEEK_SET);
	while ((count = read(importer, text, sizeof(text))) > 0)
		fwrite(text, 1, count, stdout);
	puts(count ? strerrorname_np(errno) : "end");
	fflush(stdout);
}

static int attach(int dmabuf, char **words)
{
	int importer = open_or_die("/dev/importer", O_RDWR);
	char line[256];
	int length = snprintf(line, sizeof(line), "%d", dmabuf);

	for (; *words && length < (int)sizeof(line); words++)
		length += snprintf(line + length, sizeof(line) - length, " %s", *words);
	if (write(importer, line, length) == length)
		return importer;
	length = errno;
	close(importer);
	errno = length;
	return -1;
}

static void import(int dmabuf, char **words)
{
	int importer = attach(dmabuf, words);
	char line[256];

	if (importer < 0)
		die("import");
	/* The importer holds the dma-buf, and that the lease. */
	close(dmabuf);
	do {
		print_import(importer);
		if (!fgets(line, sizeof(line), stdin))
			return;
		if (!strcmp(line, "again\n") && write(importer, line, 5) != 5)
			puts(strerrorname_np(errno));
	} while (1);
}

static int socket_at(const char *path, struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (fd < 0 || strlen(path) >= sizeof(address->sun_path))
		die("socket %s", path);
	strcpy(address->sun_path, path);
	return fd;
}

/* What passes a descriptor, unix(7): one byte, as nothing is sent without. */
struct passage {
	char byte;
	struct iovec vector;
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	struct msghdr message;
};

static struct msghdr *prepare(struct passage *passage)
{
	*passage = (struct passage){ .byte = 'x' };
	passage->vector = (struct iovec){ &passage->byte, 1 };
	passage->message = (struct msghdr){ .msg_iov = &passage->vector,
					    .msg_iovlen = 1,
					    .msg_control = &passage->control,
					    .msg_controllen = sizeof(passage->control) };
	return &passage->message;
}

static void pass_on(int fd, const char *path)
{
	struct sockaddr_un address;
	int listener = socket_at(path, &address), peer;
	struct passage passage;
	struct cmsghdr *head;

	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) || listen(listener, 8))
		die("listen at %s", path);
	puts("ready");
	fflush(stdout);
	while ((peer = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
		prepare(&passage);
		head = CMSG_FIRSTHDR(&passage.message);
		head->cmsg_level = SOL_SOCKET;
		head->cmsg_type = SCM_RIGHTS;
		head->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(head), &fd, sizeof(int));
		if (sendmsg(peer, &passage.message, 0) != 1)
			die("send to %s", path);
		close(peer);
	}
	die("accept at %s", path);
}

static int passed(const char *path)
{
	struct sockaddr_un address;
	int peer = socket_at(path, &address), fd;
	struct passage passage;
	struct cmsghdr *head;

	if (connect(peer, (struct sockaddr *)&address, sizeof(address)))
		die("connect to %s", path);
	if (recvmsg(peer, prepare(&passage), MSG_CMSG_CLOEXEC) != 1)
		die("receive from %s", path);
	head = CMSG_FIRSTHDR(&passage.message);
	if (!head || head->cmsg_type != SCM_RIGHTS)
		die("no descriptor from %s", path);
	memcpy(&fd, CMSG_DATA(head), sizeof(int));
	close(peer);
	return fd;
}

static int sync_written(int dmabuf)
{
	struct dma_buf_sync sync = { .flags = DMA_BUF_SYNC_END | DMA_BUF_SYNC_WRITE };

	puts(ioctl(dmabuf, DMA_BUF_IOCTL_SYNC, &sync) ? strerrorname_np(errno) : "OK");
	return 0;
}

static int open_descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	int count = 0;

	if (!folder)
		die("/proc/self/fd");
	while (readdir(folder))
		count++;
	closedir(folder);
	return count;
}

/* Has the n-th call fail, or none for 0. */
static void set_fault(int faults, int n)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%d", n);

	if (write(faults, text, length) != length)
		die("faults");
}

static int fault(int faults, int n, const char *device, char **arguments)
{
	struct iopmem_lease lease;
	int dev = open_or_die(device, O_RDONLY), dmabuf, importer = -1, error, before;
	char failed[64] = "";
	const char *stage = "export";

	if (take_path(dev, arguments[0], O_RDWR, &lease))
		die("lease of %s", arguments[0]);
	before = open_descriptors();
	set_fault(faults, n);
	dmabuf = export_range(lease.lease, arguments[1], arguments[2]);
	if (dmabuf >= 0) {
		stage = "attach";
		importer = attach(dmabuf, arguments + 3);
	}
	error = importer < 0 ? errno : 0;
	set_fault(faults, 0);
	if (pread(faults, failed, sizeof(failed) - 1, 0) < 0)
		die("faults");
	if (importer >= 0)
		close(importer);
	if (dmabuf >= 0)
		close(dmabuf);
	if (open_descriptors() != before) {
		errno = 0;
		die("%s left a descriptor open", failed);
	}
	printf("%s %s %s\n", failed, stage, error ? strerrorname_np(error) : "OK");
	close(lease.lease);
	close(dev);
	return strcmp(failed, "none");
}

int main(int argc, char **argv)
{
	const char *verb = argc > 2 ? argv[1] : "";
	int dmabuf;

	if (!strcmp(verb, "sync"))
		return sync_written(passed(argv[2]));
	if (!strcmp(verb, "receive") && argc > 3) {
		import(passed(argv[2]), argv + 3);
		return 0;
	}
	if (argc < 6)
		return 64;
	if (!strcmp(verb, "faults") && argc > 6) {
		int faults = open_or_die("/dev/faults", O_RDWR), n = 1;

		while (fault(faults, n, argv[2], argv + 3))
			n++;
		return 0;
	}
	dmabuf = export_of(argv[2], argv + 3);
	if (!strcmp(verb, "try")) {
		puts(dmabuf < 0 ? strerrorname_np(errno) : "OK");
		return 0;
	}
	if (dmabuf < 0)
		die("export of %s", argv[3]);
	if (!strcmp(verb, "hold") && argc > 6)
		import(dmabuf, argv + 6);
	else if (!strcmp(verb, "pass") && argc == 7)
		pass_on(dmabuf, argv[6]);
	else
		return 64;
	return 0;
}
