// SPDX-License-Identifier: MIT
/*
 * lease: the driver's requests from the shell.
 *
 *   lease query DEVICE
 *   lease hold DEVICE FILE           take a lease, print its query, hold it until end of input
 *   lease hold-for DEVICE FILE FUNCTION [BITS]   the same, and map the BAR for the function
 *   lease map DEVICE FUNCTION [BITS] map without a lease
 *   lease try DEVICE FILE            print OK or the error of taking a lease
 *   lease try-read DEVICE FILE       the same with a descriptor that is not open for writing
 *   lease try-map DEVICE FUNCTION [BITS]
 *   lease abuse DEVICE FILE          requests that must be refused, one a line
 *
 * `lease -f VERB ...` maps for a client without a known route too.
 *
 * While it holds, each line of input makes it print its query again; SIGKILL is the other end.
 */
#include "leases.h"

#include <poll.h>

static void print_query(int fd)
{
	struct iopmem_query q = { .size = sizeof(q) };
	struct pollfd p = { .fd = fd };

	if (ioctl(fd, IOPMEM_IOC_QUERY, &q))
		die("query");
	printf("abi=%u provider=%04x:%02x:%02x.%x bar=%u bus=0x%llx cpu=0x%llx length=%llu offset=%llu leases=%u maps=%u inode=%llu",
	       q.abi, q.domain, q.bus, q.devfn >> 3, q.devfn & 7, q.bar, q.bus_address,
	       q.cpu_address, q.length, q.data_offset, q.leases, q.maps, q.inode);
	if (q.flags & IOPMEM_QUERY_MAP)
		printf(" client=%04x:%02x:%02x.%x address=0x%llx", q.client_domain, q.client_bus,
		       q.client_devfn >> 3, q.client_devfn & 7, q.map_address);
	if (q.flags & IOPMEM_QUERY_REVOKED)
		printf(" revoked");
	if (poll(&p, 1, 0) > 0 && (p.revents & POLLHUP))
		printf(" hangup");
	printf("\n");
	fflush(stdout);
}

static unsigned int force;

static int map(int fd, const char *function, const char *bits, struct iopmem_map *map)
{
	unsigned int domain, bus, slot, number;

	if (sscanf(function, "%x:%x:%x.%x", &domain, &bus, &slot, &number) != 4) {
		errno = EINVAL;
		die("%s is not a function", function);
	}
	*map = (struct iopmem_map){ .size = sizeof(*map),
				    .flags = force,
				    .domain = domain,
				    .bus = bus,
				    .devfn = slot << 3 | number,
				    .dma_bits = bits ? atoi(bits) : 0 };
	return ioctl(fd, IOPMEM_IOC_MAP, map);
}

static void stay(int fd)
{
	char line[64];

	do {
		print_query(fd);
	} while (fgets(line, sizeof(line), stdin));
}

static void expect(const char *what, int rc, int error)
{
	if (rc >= 0 || errno != error)
		die("%s: expected %s, had rc %d", what, strerrorname_np(error), rc);
	printf("%s %s\n", what, strerrorname_np(error));
}

static int abuse(const char *device, const char *path)
{
	int dev = open_or_die(device, O_RDONLY);
	int file = open_or_die(path, O_RDWR);
	struct iopmem_lease l = { .size = sizeof(l), .file = file };
	struct iopmem_map m = { .size = sizeof(m) };
	struct iopmem_query q = { .size = sizeof(q) };
	struct iopmem_export_range x = { .size = sizeof(x) };
	int pipes[2];

	l.size--;
	expect("lease-size", ioctl(dev, IOPMEM_IOC_LEASE, &l), EINVAL);
	l.size++;
	l.flags = 1;
	expect("lease-flags", ioctl(dev, IOPMEM_IOC_LEASE, &l), EINVAL);
	l.flags = 0;
	expect("lease-bad-fd", take(dev, 999, &l), EBADF);
	expect("lease-device", take(dev, open_or_die(device, O_RDWR), &l), EINVAL);
	if (pipe(pipes))
		die("pipe");
	expect("lease-pipe", take(dev, pipes[1], &l), EINVAL);
	expect("lease-directory", take(dev, open_or_die("/tmp", O_RDONLY), &l), EINVAL);
	expect("lease-elsewhere", take(dev, open_or_die("/tmp/x", O_RDWR | O_CREAT), &l), EXDEV);
	expect("lease-null", ioctl(dev, IOPMEM_IOC_LEASE, NULL), EFAULT);
	expect("lease-wrong-file", ioctl(file, IOPMEM_IOC_LEASE, &l), ENOTTY);
	m.flags = 2;
	expect("map-flags", ioctl(dev, IOPMEM_IOC_MAP, &m), EINVAL);
	m.flags = 0;
	m.reserved = 1;
	expect("map-reserved", ioctl(dev, IOPMEM_IOC_MAP, &m), EINVAL);
	m.reserved = 0;
	m.dma_bits = 65;
	expect("map-bits", ioctl(dev, IOPMEM_IOC_MAP, &m), EINVAL);
	m.dma_bits = 0;
	m.bus = 0xee;
	expect("map-nobody", ioctl(dev, IOPMEM_IOC_MAP, &m), ENODEV);
	q.size = 4;
	expect("query-size", ioctl(dev, IOPMEM_IOC_QUERY, &q), EINVAL);
	q.size = sizeof(q);
	q.flags = IOPMEM_QUERY_LEASE;
	expect("query-flags", ioctl(dev, IOPMEM_IOC_QUERY, &q), EINVAL);
	q.flags = 0;
	q.reserved[4] = 1;
	expect("query-reserved", ioctl(dev, IOPMEM_IOC_QUERY, &q), EINVAL);
	q.reserved[4] = 0;
	q.reserved2[1] = 1;
	expect("query-reserved2", ioctl(dev, IOPMEM_IOC_QUERY, &q), EINVAL);
	expect("no-such-request", ioctl(dev, _IO(IOPMEM_IOC_MAGIC, 0x7f)), ENOTTY);
	if (take(dev, file, &l))
		die("a lease after all that");
	x.length = 4096;
	x.flags = 1;
	expect("export-flags", ioctl(l.lease, IOPMEM_IOC_EXPORT, &x), EINVAL);
	x.flags = 0;
	x.reserved = 1;
	expect("export-reserved", ioctl(l.lease, IOPMEM_IOC_EXPORT, &x), EINVAL);
	x.reserved = 0;
	x.offset = 1;
	expect("export-unaligned", ioctl(l.lease, IOPMEM_IOC_EXPORT, &x), EINVAL);
	x.offset = -4096ULL;
	x.length = 8192;
	expect("export-overflow", ioctl(l.lease, IOPMEM_IOC_EXPORT, &x), EINVAL);
	x.offset = x.length = 0;
	expect("export-nothing", ioctl(l.lease, IOPMEM_IOC_EXPORT, &x), EINVAL);
	expect("export-of-device", ioctl(dev, IOPMEM_IOC_EXPORT, &x), ENOTTY);
	expect("lease-on-lease", ioctl(l.lease, IOPMEM_IOC_LEASE, &l), ENOTTY);
	/* From here without privileges. */
	if (setuid(65534))
		die("setuid");
	x.length = 4096;
	expect("export-unprivileged", ioctl(l.lease, IOPMEM_IOC_EXPORT, &x), EPERM);
	expect("lease-unprivileged", take(dev, file, &l), EPERM);
	expect("map-unprivileged", ioctl(dev, IOPMEM_IOC_MAP, &m), EPERM);
	return 0;
}

int main(int argc, char **argv)
{
	const char *verb;
	struct iopmem_lease l;
	struct iopmem_map m;
	int device;

	if (argc > 1 && !strcmp(argv[1], "-f")) {
		force = IOPMEM_MAP_FORCE;
		argv++, argc--;
	}
	verb = argc > 2 ? argv[1] : "";
	if (!*verb)
		return 64;
	device = open_or_die(argv[2], O_RDONLY);
	if (!strcmp(verb, "query")) {
		print_query(device);
	} else if (!strcmp(verb, "hold") && argc == 4) {
		if (take_path(device, argv[3], O_RDWR, &l))
			die("lease of %s", argv[3]);
		close(device);
		stay(l.lease);
	} else if (!strcmp(verb, "hold-for") && argc >= 5) {
		if (take_path(device, argv[3], O_RDWR, &l))
			die("lease of %s", argv[3]);
		if (map(l.lease, argv[4], argc > 5 ? argv[5] : NULL, &m))
			die("mapping for %s", argv[4]);
		/* The mapping holds the lease. */
		close(l.lease);
		close(device);
		stay(m.map);
	} else if (!strcmp(verb, "map") && argc >= 4) {
		if (map(device, argv[3], argc > 4 ? argv[4] : NULL, &m))
			die("mapping for %s", argv[3]);
		close(device);
		stay(m.map);
	} else if (!strcmp(verb, "try") && argc == 4) {
		puts(take_path(device, argv[3], O_RDWR, &l) ? strerrorname_np(errno) : "OK");
	} else if (!strcmp(verb, "try-read") && argc == 4) {
		puts(take_path(device, argv[3], O_RDONLY, &l) ? strerrorname_np(errno) : "OK");
	} else if (!strcmp(verb, "try-map") && argc >= 4) {
		puts(map(device, argv[3], argc > 4 ? argv[4] : NULL, &m) ? strerrorname_np(errno) :
									   "OK");
	} else if (!strcmp(verb, "abuse") && argc == 4) {
		return abuse(argv[2], argv[3]);
	} else {
		return 64;
	}
	return 0;
}
