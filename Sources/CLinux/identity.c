#include "CLinux.h"

/*
 * Requests of file systems that no installed header has for all kernels from 6.1 on: they are
 * part of the kernel's interface to programs, and as fixed.
 */

/* EXT4_IOC_GETFSUUID, fs/ext4/ioctl.c, from 6.0: the request counts the head alone. */
struct ext4_uuid {
	struct {
		uint32_t length;
		uint32_t flags;
	} head;
	unsigned char uuid[16];
};

/* FS_IOC_GETFSUUID, include/uapi/linux/fs.h, from 6.9. */
struct any_uuid {
	uint8_t length;
	unsigned char uuid[16];
};

/* XFS_IOC_FSGEOMETRY_V1, fs/xfs/libxfs/xfs_fs.h. */
struct xfs_geometry {
	uint32_t sizes[8];
	uint64_t counts[4];
	unsigned char uuid[16];
	uint32_t rest[7];
};

int iopmem_ext4_uuid(int fd, unsigned char *uuid)
{
	struct ext4_uuid answer = { .head = { .length = sizeof(answer.uuid) } };
	int status = ioctl(fd, _IOR('f', 44, __typeof__(answer.head)), &answer);

	memcpy(uuid, answer.uuid, sizeof(answer.uuid));
	return status;
}

int iopmem_xfs_uuid(int fd, unsigned char *uuid)
{
	struct xfs_geometry answer = { 0 };
	int status = ioctl(fd, _IOR('X', 100, struct xfs_geometry), &answer);

	memcpy(uuid, answer.uuid, sizeof(answer.uuid));
	return status;
}

int iopmem_any_uuid(int fd, unsigned char *uuid)
{
	struct any_uuid answer = { 0 };
	int status = ioctl(fd, _IOR(0x15, 0, struct any_uuid), &answer);

	memcpy(uuid, answer.uuid, sizeof(answer.uuid));
	return status;
}
