/* SPDX-License-Identifier: MIT */
/*
 * Gives an AMD GPU a file on PCI memory as a buffer object, at an address in the GPU's own address
 * space: the GPU's driver is handed a dma-buf.
 *
 *	cc -o gpu gpu.c $(pkg-config --cflags --libs iopmem libdrm_amdgpu)
 *	./gpu /dev/dri/renderD128 /mnt/weights
 *
 * The file's length is a multiple of the page size, and it takes Linux 7.1. When the memory is unbound,
 * unplugged or reset the GPU's driver is told to let go of it: it waits for what the GPU is doing,
 * and then has no place for the buffer. A submission that names it fails from then on.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <amdgpu.h>
#include <amdgpu_drm.h>
#include <iopmem.h>

static int complain(const char *what, const char *why)
{
	fprintf(stderr, "gpu: %s: %s\n", what, why);
	return -1;
}

/* Until standard input has something to say or ends, or the memory goes. */
static int serve(uint64_t address, uint64_t size, int lease)
{
	struct pollfd wait[] = { { STDIN_FILENO, POLLIN, 0 }, { lease, 0, 0 } };

	/* Here commands with this address would be submitted, and the buffer be in their list. */
	printf("0x%" PRIx64 " %" PRIu64 " bytes\n", address, size);
	fflush(stdout);
	while (poll(wait, 2, -1) < 0)
		if (errno != EINTR)
			return complain("poll", strerror(errno));
	if (wait[1].revents)
		return complain("the file", "its memory is gone: what was not complete is lost");
	return 0;
}

/* The buffer at an address that the GPU may read and write. */
static int map(amdgpu_device_handle gpu, amdgpu_bo_handle object, uint64_t size, int lease)
{
	const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	amdgpu_va_handle range;
	uint64_t address;
	int result, unmapped;

	result = amdgpu_va_range_alloc(gpu, amdgpu_gpu_va_range_general, size, page, 0, &address, &range,
				       0);
	if (result)
		return complain("addresses", strerror(-result));
	result = amdgpu_bo_va_op(object, 0, size, address, 0, AMDGPU_VA_OP_MAP);
	if (result) {
		complain("map", strerror(-result));
	} else {
		result = serve(address, size, lease);
		unmapped = amdgpu_bo_va_op(object, 0, size, address, 0, AMDGPU_VA_OP_UNMAP);
		if (unmapped)
			result = complain("unmap", strerror(-unmapped));
	}
	amdgpu_va_range_free(range);
	return result;
}

static int share(amdgpu_device_handle gpu, const struct iopmem_file *file)
{
	struct amdgpu_bo_import_result imported;
	int buffer, lease, result;

	lease = iopmem_file_lease_fd(file);
	if (lease < 0)
		return complain("lease", iopmem_error_message());
	buffer = iopmem_file_dmabuf(file, 0, IOPMEM_TO_END);
	if (buffer < 0)
		return complain("dma-buf", iopmem_error_message());
	/* The kernel looks for the GPU's way to the memory here, or when the GPU first uses it. */
	result = amdgpu_bo_import(gpu, amdgpu_bo_handle_type_dma_buf_fd, (uint32_t)buffer, &imported);
	/* The object has the dma-buf, and that the file's layout, for as long as the object is there. */
	close(buffer);
	if (result)
		return complain("import", strerror(-result));
	result = map(gpu, imported.buf_handle, imported.alloc_size, lease);
	amdgpu_bo_free(imported.buf_handle);
	return result;
}

int main(int argc, char **argv)
{
	struct iopmem_options options;
	amdgpu_device_handle gpu;
	struct iopmem_file *file;
	uint32_t major, minor;
	int node, result;

	if (argc != 3) {
		complain("usage", "gpu NODE FILE");
		return 64;
	}
	node = open(argv[1], O_RDWR | O_CLOEXEC);
	if (node < 0) {
		complain(argv[1], strerror(errno));
		return 1;
	}
	result = amdgpu_device_initialize(node, &major, &minor, &gpu);
	if (result) {
		complain(argv[1], strerror(-result));
		close(node);
		return 1;
	}
	/* For no client: it is the GPU's driver that asks for the way. */
	iopmem_options_init(&options);
	options.flags = IOPMEM_LEASE;
	result = iopmem_file_open(argv[2], &options, &file);
	if (result == IOPMEM_OK)
		result = share(gpu, file);
	else
		complain("open", iopmem_error_message());
	iopmem_file_close(file);
	amdgpu_device_deinitialize(gpu);
	close(node);
	return result ? 1 : 0;
}
