#define _GNU_SOURCE /* O_PATH, O_TMPFILE, O_DIRECT, statx */
#include "CLinux.h"

#include <linux/capability.h>
#include <sched.h>
#include <sys/syscall.h>

const unsigned long iopmem_FS_IOC_FIEMAP = FS_IOC_FIEMAP;
const unsigned long iopmem_FS_IOC_FSGETXATTR = FS_IOC_FSGETXATTR;
const unsigned long iopmem_FS_IOC_FSSETXATTR = FS_IOC_FSSETXATTR;
const unsigned long iopmem_FS_IOC_GETVERSION = FS_IOC_GETVERSION;
const unsigned long iopmem_FS_IOC_GETFSMAP = FS_IOC_GETFSMAP;
const unsigned long iopmem_BLKGETSIZE64 = BLKGETSIZE64;
const unsigned long iopmem_BLKROGET = BLKROGET;
const unsigned long iopmem_NVME_IOCTL_ADMIN_CMD = NVME_IOCTL_ADMIN_CMD;
const unsigned long iopmem_IOC_QUERY = IOPMEM_IOC_QUERY;
const unsigned long iopmem_IOC_LEASE = IOPMEM_IOC_LEASE;
const unsigned long iopmem_IOC_MAP = IOPMEM_IOC_MAP;
const unsigned long iopmem_IOC_EXPORT = IOPMEM_IOC_EXPORT;
const int iopmem_AT_EMPTY_PATH = AT_EMPTY_PATH;
const int iopmem_O_PATH = O_PATH;
const int iopmem_O_TMPFILE = O_TMPFILE;
const int iopmem_O_DIRECT = O_DIRECT;
const uint64_t iopmem_STATX_ATTR_DAX = STATX_ATTR_DAX;
const uint64_t iopmem_FMR_OWN_FREE = FMR_OWN_FREE;
const uint64_t iopmem_FMR_OWN_UNKNOWN = FMR_OWN_UNKNOWN;
/* XFS_FMR_OWN_LOG of fs/xfs/libxfs/xfs_fs.h, EXT4_FMR_OWN_LOG of fs/ext4/fsmap.h. */
const uint64_t iopmem_FMR_OWN_LOG = FMR_OWNER('X', 2);

int iopmem_open(const char *path, int flags, unsigned int mode)
{
	return open(path, flags, mode);
}

int iopmem_openat(int directory, const char *path, int flags, unsigned int mode)
{
	return openat(directory, path, flags, mode);
}

int iopmem_ioctl(int fd, unsigned long request, void *argument)
{
	return ioctl(fd, request, argument);
}

int iopmem_statx(int directory, const char *path, int flags, unsigned int mask,
		 struct statx *result)
{
	return statx(directory, path, flags, mask, result);
}

struct fiemap_extent *iopmem_fiemap_extents(struct fiemap *map)
{
	return map->fm_extents;
}

struct fsmap *iopmem_fsmap_records(struct fsmap_head *head)
{
	return head->fmh_recs;
}

/* Writes what is dirty of a file's pages, and waits; not what the file system must note of it. */
int iopmem_write_back(int fd)
{
	return sync_file_range(fd, 0, 0,
			       SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
				       SYNC_FILE_RANGE_WAIT_AFTER);
}

int iopmem_fallocate(int fd, int mode, off_t offset, off_t length)
{
	return fallocate(fd, mode, offset, length);
}

int iopmem_renameat2(int from_directory, const char *from, int to_directory, const char *to,
		     unsigned int flags)
{
	return renameat2(from_directory, from, to_directory, to, flags);
}

ssize_t iopmem_copy_file_range(int from, off_t *from_offset, int to, off_t *to_offset,
			       size_t length)
{
	return copy_file_range(from, from_offset, to, to_offset, length, 0);
}

int iopmem_syncfs(int fd)
{
	return syncfs(fd);
}

off_t iopmem_seek_data(int fd, off_t offset)
{
	return lseek(fd, offset, SEEK_DATA);
}

off_t iopmem_seek_hole(int fd, off_t offset)
{
	return lseek(fd, offset, SEEK_HOLE);
}

int iopmem_mkostemp(char *name_template)
{
	return mkostemp(name_template, O_CLOEXEC);
}

int iopmem_has_capabilities(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	if (syscall(SYS_capget, &head, data))
		return -1;
	return (data[0].permitted | data[1].permitted) != 0;
}

int iopmem_keep_on_execution(int fd)
{
	return fcntl(fd, F_SETFD, 0);
}

int iopmem_duplicate(int fd, int least)
{
	return fcntl(fd, F_DUPFD_CLOEXEC, least);
}

int iopmem_reserve_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		/* The lowest number that is free is this one. */
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
			return -1;
	}
	return 0;
}

int iopmem_get_affinity(unsigned long *mask, size_t size)
{
	return sched_getaffinity(0, size, (cpu_set_t *)mask);
}

int iopmem_set_affinity(const unsigned long *mask, size_t size)
{
	return sched_setaffinity(0, size, (const cpu_set_t *)mask);
}
