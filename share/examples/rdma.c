/* SPDX-License-Identifier: MIT */
/*
 * Registers a file on PCI memory with an RDMA network card, so that peers across the network read
 * and write its bytes without passing the host's memory: the card's driver is handed a dma-buf.
 *
 *	cc -o rdma rdma.c $(pkg-config --cflags --libs iopmem libibverbs)
 *	./rdma mlx5_0 /mnt/receive
 *
 * The file's length is a multiple of the page size, and it takes Linux 7.1. The card must be able to
 * let go of memory (for its driver: on-demand paging): it is told to when the memory is unbound, unplugged or reset.
 * Its requests for these bytes then end with an error, and the keys are of no use any more.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <infiniband/verbs.h>
#include <iopmem.h>

static int complain(const char *what, const char *why)
{
	fprintf(stderr, "rdma: %s: %s\n", what, why);
	return -1;
}

static struct ibv_context *card(const char *name)
{
	struct ibv_device **list = ibv_get_device_list(NULL);
	struct ibv_context *context = NULL;

	for (int i = 0; list && list[i]; i++)
		if (!strcmp(ibv_get_device_name(list[i]), name))
			context = ibv_open_device(list[i]);
	if (list)
		ibv_free_device_list(list);
	return context;
}

/* Until standard input has something to say or ends, or the memory goes. */
static int serve(const struct ibv_mr *region, int lease)
{
	struct pollfd wait[] = { { STDIN_FILENO, POLLIN, 0 }, { lease, 0, 0 } };

	/* Here peers would be told these, and requests be posted. */
	printf("lkey 0x%" PRIx32 " rkey 0x%" PRIx32 " %zu bytes\n", region->lkey, region->rkey,
	       region->length);
	fflush(stdout);
	while (poll(wait, 2, -1) < 0)
		if (errno != EINTR)
			return complain("poll", strerror(errno));
	if (wait[1].revents)
		return complain("the file", "its memory is gone: what was not complete is lost");
	return 0;
}

/* All of the file, at addresses from 0 on for the card's peers. */
static int share(struct ibv_context *context, const struct iopmem_file *file)
{
	const int access = IBV_ACCESS_LOCAL_WRITE | IBV_ACCESS_REMOTE_READ | IBV_ACCESS_REMOTE_WRITE;
	struct iopmem_info info;
	struct ibv_mr *region;
	struct ibv_pd *domain;
	int buffer, lease, result;

	iopmem_info_init(&info);
	lease = iopmem_file_lease_fd(file);
	if (lease < 0 || iopmem_file_info(file, &info) != IOPMEM_OK)
		return complain("lease", iopmem_error_message());
	buffer = iopmem_file_dmabuf(file, 0, IOPMEM_TO_END);
	if (buffer < 0)
		return complain("dma-buf", iopmem_error_message());
	domain = ibv_alloc_pd(context);
	if (!domain) {
		result = complain("protection domain", strerror(errno));
		goto out_buffer;
	}
	/* The kernel looks for the card's way to the memory here, and refuses where it knows none. */
	region = ibv_reg_dmabuf_mr(domain, 0, info.file_size, 0, buffer, access);
	if (!region) {
		result = complain("register", strerror(errno));
		goto out_domain;
	}
	result = serve(region, lease);
	/* From here on the card does not touch the memory, whatever its peers ask for. */
	if (ibv_dereg_mr(region))
		result = complain("deregister", strerror(errno));
out_domain:
	if (ibv_dealloc_pd(domain))
		result = complain("protection domain", strerror(errno));
out_buffer:
	close(buffer);
	return result;
}

int main(int argc, char **argv)
{
	struct iopmem_options options;
	struct ibv_context *context;
	struct iopmem_file *file;
	int result;

	if (argc != 3) {
		complain("usage", "rdma CARD FILE");
		return 64;
	}
	context = card(argv[1]);
	if (!context) {
		complain(argv[1], "no such card, or it cannot be opened");
		return 1;
	}
	/* For no client: it is the card's driver that asks for the way. */
	iopmem_options_init(&options);
	options.flags = IOPMEM_LEASE;
	result = iopmem_file_open(argv[2], &options, &file);
	if (result == IOPMEM_OK)
		result = share(context, file);
	else
		complain("open", iopmem_error_message());
	iopmem_file_close(file);
	ibv_close_device(context);
	return result ? 1 : 0;
}
