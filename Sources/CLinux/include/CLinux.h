#pragma once

/*
 * What Swift's importer cannot see of the kernel's and glibc's headers: function-like macros
 * become constants, variadic calls become fixed ones, flexible array members get an accessor.
 * No feature macro is defined here: types would then differ from Swift's own Glibc module.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <linux/fsmap.h>
#include <linux/magic.h>
#include <linux/nvme_ioctl.h>
#include <linux/stat.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/types.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "iopmem_uapi.h"

/* The twins of function-like macros, as `unsigned long`, the type of ioctl's request. */
extern const unsigned long iopmem_FS_IOC_FIEMAP;
extern const unsigned long iopmem_FS_IOC_FSGETXATTR;
extern const unsigned long iopmem_FS_IOC_FSSETXATTR;
extern const unsigned long iopmem_FS_IOC_GETVERSION;
extern const unsigned long iopmem_FS_IOC_GETFSMAP;
extern const unsigned long iopmem_BLKGETSIZE64;
extern const unsigned long iopmem_BLKROGET;
extern const unsigned long iopmem_NVME_IOCTL_ADMIN_CMD;
extern const unsigned long iopmem_IOC_QUERY;
extern const unsigned long iopmem_IOC_LEASE;
extern const unsigned long iopmem_IOC_MAP;
extern const unsigned long iopmem_IOC_EXPORT;

/* Macros that are expressions. */
extern const int iopmem_AT_EMPTY_PATH;
extern const int iopmem_O_PATH;
extern const int iopmem_O_TMPFILE;
extern const int iopmem_O_DIRECT;
extern const uint64_t iopmem_STATX_ATTR_DAX;
extern const uint64_t iopmem_FMR_OWN_FREE;
extern const uint64_t iopmem_FMR_OWN_UNKNOWN;
extern const uint64_t iopmem_FMR_OWN_LOG;

int iopmem_open(const char *path, int flags, unsigned int mode);
int iopmem_openat(int directory, const char *path, int flags, unsigned int mode);
int iopmem_ioctl(int fd, unsigned long request, void *argument);
int iopmem_statx(int directory, const char *path, int flags, unsigned int mask,
		 struct statx *result);
struct fiemap_extent *iopmem_fiemap_extents(struct fiemap *map);
int iopmem_keep_on_execution(int fd);
int iopmem_duplicate(int fd, int least);
int iopmem_reserve_standard_descriptors(void);
int iopmem_terminal_columns(int fd);
int iopmem_mkostemp(char *name_template);
/* Whether any capability is permitted; -1 where that cannot be read. */
int iopmem_has_capabilities(void);
struct fsmap *iopmem_fsmap_records(struct fsmap_head *head);

/* What glibc declares only with _GNU_SOURCE. */
int iopmem_write_back(int fd);
int iopmem_fallocate(int fd, int mode, off_t offset, off_t length);
int iopmem_renameat2(int from_directory, const char *from, int to_directory, const char *to,
		     unsigned int flags);
ssize_t iopmem_copy_file_range(int from, off_t *from_offset, int to, off_t *to_offset,
			       size_t length);
int iopmem_syncfs(int fd);
int iopmem_get_affinity(unsigned long *mask, size_t size);
int iopmem_set_affinity(const unsigned long *mask, size_t size);
off_t iopmem_seek_data(int fd, off_t offset);
off_t iopmem_seek_hole(int fd, off_t offset);

/* Takes a lease for reading and gives it back: EAGAIN tells that somebody can write the file. */
int iopmem_try_read_lease(int fd);

/* The 16 bytes of a file system's UUID, by the request that a kind of file system has. */
int iopmem_ext4_uuid(int fd, unsigned char *uuid);
int iopmem_xfs_uuid(int fd, unsigned char *uuid);
int iopmem_any_uuid(int fd, unsigned char *uuid);

/* Signals that are noted for later: a handler must be C, and may touch only sig_atomic_t. */
void iopmem_hold_signals(void);
int iopmem_held_signal(void);
void iopmem_obey_signals(void);
void iopmem_forget_signals(void);

/* Starts so many threads at once, 64 at most, and ends them: pthread_create(3). */
int iopmem_try_threads(unsigned int count);

/* mount(2) without MS_ flags, and umount(2): sys/mount.h and linux/fs.h do not go together. */
int iopmem_mount(const char *device, const char *folder, const char *type, unsigned long flags,
		 const char *options);
int iopmem_unmount(const char *folder);

/* How many columns of a UTF-8 terminal text takes, whatever the locale: wcwidth(3). */
size_t iopmem_columns(const uint32_t *scalars, size_t count);

/* A message of each thread, with its NUL at most so long: what C programs read after a failure. */
#define IOPMEM_MESSAGE_ROOM 1024
int iopmem_send_to_journal(const void *data, size_t length);
void iopmem_keep_message(const char *text, size_t length, int number);
const char *iopmem_kept_message(void);
int iopmem_kept_number(void);

/* The kernel's events of devices, and who sent a datagram of them: netlink(7), unix(7). */
struct iopmem_sender {
	int is_netlink;
	int is_cut;
	int has_credentials;
	uint32_t port;
	uint32_t process;
	uint32_t user;
};

int iopmem_event_socket(void);
ssize_t iopmem_receive_event(int fd, void *buffer, size_t size, struct iopmem_sender *sender);

/* Changes of files, whatever they are: inotify(7). */
int iopmem_notifier(void);
int iopmem_notify_of(int fd, const char *path);
