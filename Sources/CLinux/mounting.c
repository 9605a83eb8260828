#include <stddef.h>
#include <sys/mount.h>

/* Apart from CLinux.h: its linux/fs.h defines the MS_ flags that sys/mount.h has as an enum. */
int iopmem_mount(const char *device, const char *folder, const char *type, unsigned long flags,
		 const char *options);
int iopmem_unmount(const char *folder);

int iopmem_mount(const char *device, const char *folder, const char *type, unsigned long flags,
		 const char *options)
{
	return mount(device, folder, type, flags, options);
}

int iopmem_unmount(const char *folder)
{
	return umount2(folder, 0);
}
