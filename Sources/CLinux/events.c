#define _GNU_SOURCE /* struct ucred */
#include "CLinux.h"

#include <linux/netlink.h>
#include <sys/inotify.h>
#include <sys/socket.h>

/* Room for the events of a machine that finds all its devices at once. */
static const int room = 1 << 20;

int iopmem_event_socket(void)
{
	/* Group 1 is the kernel's; what udev has made of its events is in group 2. */
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			NETLINK_KOBJECT_UEVENT);
	int on = 1, error;

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) == 0 &&
	    bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0) {
		/* What is lost all the same is told. */
		if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) != 0)
			setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
		return fd;
	}
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

ssize_t iopmem_receive_event(int fd, void *buffer, size_t size, struct iopmem_sender *sender)
{
	union {
		char bytes[CMSG_SPACE(sizeof(struct ucred))];
		struct cmsghdr align;
	} control;
	struct sockaddr_nl address = { 0 };
	struct iovec data = { .iov_base = buffer, .iov_len = size };
	struct msghdr message = {
		.msg_name = &address,
		.msg_namelen = sizeof(address),
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	ssize_t count = recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	memset(sender, 0, sizeof(*sender));
	if (count < 0)
		return -1;
	sender->is_cut = (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0;
	sender->is_netlink = message.msg_namelen == sizeof(address) &&
			     address.nl_family == AF_NETLINK;
	sender->port = address.nl_pid;
	for (struct cmsghdr *part = CMSG_FIRSTHDR(&message); part;
	     part = CMSG_NXTHDR(&message, part)) {
		struct ucred credentials;

		if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_CREDENTIALS ||
		    part->cmsg_len != CMSG_LEN(sizeof(credentials)))
			continue;
		memcpy(&credentials, CMSG_DATA(part), sizeof(credentials));
		sender->has_credentials = 1;
		sender->process = (uint32_t)credentials.pid;
		sender->user = credentials.uid;
	}
	return count;
}

int iopmem_notifier(void)
{
	return inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
}

int iopmem_notify_of(int fd, const char *path)
{
	return inotify_add_watch(fd, path, IN_ATTRIB | IN_MODIFY | IN_DELETE_SELF | IN_MOVE_SELF);
}
