// SPDX-License-Identifier: GPL-2.0-only
/*
 * notice: tells who has a DAX device mounted that all of it goes, as the kernel does before it goes, and
 * without that it does. Support of the tests.
 *
 * /dev/notice: write the path of the block device. It returns when the notice ends.
 */
#include <linux/blkdev.h>
#include <linux/dax.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/uaccess.h>

static int notice_give(const char *path)
{
	struct file *file = bdev_file_open_by_path(path, BLK_OPEN_READ, NULL, NULL);
	struct dax_device *dax;
	u64 offset;
	int rc = -EOPNOTSUPP;

	if (IS_ERR(file))
		return PTR_ERR(file);
	dax = fs_dax_get_by_bdev(file_bdev(file), &offset, NULL, NULL);
	if (dax) {
		rc = dax_holder_notify_failure(dax, 0, U64_MAX, MF_MEM_PRE_REMOVE);
		fs_put_dax(dax, NULL);
	}
	fput(file);
	return rc;
}

static ssize_t notice_write(struct file *file, const char __user *from, size_t count, loff_t *at)
{
	char *path = memdup_user_nul(from, min_t(size_t, count, PAGE_SIZE - 1));
	int rc;

	if (IS_ERR(path))
		return PTR_ERR(path);
	rc = notice_give(strim(path));
	kfree(path);
	return rc ? rc : count;
}

static const struct file_operations notice_fops = {
	.owner = THIS_MODULE,
	.write = notice_write,
};

static struct miscdevice notice_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "notice",
	.fops = &notice_fops,
};
module_misc_device(notice_device);

MODULE_DESCRIPTION("Tells a filesystem that its DAX device goes, for the tests of iopmem");
MODULE_LICENSE("GPL");
