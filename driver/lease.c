// SPDX-License-Identifier: GPL-2.0-only
/*
 * Leases: the layout of a file held still while an engine uses its addresses.
 *
 * The kernel writes to the blocks of a swap file behind its filesystem's back, and so has had the
 * filesystems promise that these blocks do not move: S_SWAPFILE on the inode. A lease asks for
 * the same promise. Leases of one file share it: the first sets the flag, the last clears it.
 * Nobody holds a lease before the file is settled, see settle.c.
 */
#include <linux/capability.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "iopmem.h"

#ifndef XFS_SUPER_MAGIC
#define XFS_SUPER_MAGIC 0x58465342
#endif

/*
 * One lease. @file is NULL once it is revoked; it, @settled and the list are under iop->lock.
 * @since is in seconds since 1970.
 */
struct iopmem_hold {
	struct iopmem *iop;
	struct file *file;
	bool settled;
	u64 inode;
	time64_t since;
	wait_queue_head_t wait;
	struct list_head list;
};

/* Under the inode's lock: leases there are on the file, over all descriptors of it. */
static unsigned int iopmem_holds_of(struct iopmem *iop, struct inode *inode)
{
	struct iopmem_hold *hold;
	unsigned int n = 0;

	list_for_each_entry(hold, &iop->leases, list)
		if (file_inode(hold->file) == inode)
			n++;
	return n;
}

/* Under iop->lock: has one of them seen the file settled? It stays so while the flag is set. */
static bool iopmem_is_settled(struct iopmem *iop, struct inode *inode)
{
	struct iopmem_hold *hold;

	list_for_each_entry(hold, &iop->leases, list)
		if (hold->settled && file_inode(hold->file) == inode)
			return true;
	return false;
}

static int iopmem_may_hold(struct iopmem *iop, struct file *file)
{
	struct inode *inode = file_inode(file);
	struct super_block *sb = inode->i_sb;
	struct iopmem_fileattr attr;
	int rc;

	/* Without swap the filesystems never look at the flag. */
	if (!IS_ENABLED(CONFIG_SWAP))
		return -EOPNOTSUPP;
	if (!S_ISREG(inode->i_mode))
		return -EINVAL;
	if (!(file->f_mode & FMODE_WRITE))
		return -EBADF;
	if (!sb->s_bdev || sb->s_bdev->bd_disk != iop->disk)
		return -EXDEV;
	/* Only those that are known to keep the promise. */
	if (sb->s_magic != EXT4_SUPER_MAGIC && sb->s_magic != XFS_SUPER_MAGIC)
		return -EOPNOTSUPP;
	if (!strcmp(sb->s_type->name, "ext2"))
		return -EOPNOTSUPP;
	/* No DAX file is swapped to today; whose promise it is matters more than why it is not ours. */
	if (!IS_DAX(inode))
		return IS_SWAPFILE(inode) ? -ETXTBSY : -EOPNOTSUPP;
	/* The data of a file on the realtime device is not on s_bdev. */
	rc = vfs_fileattr_get(file->f_path.dentry, &attr);
	if (rc)
		return rc == -ENOIOCTLCMD ? -EOPNOTSUPP : rc;
	if (attr.fsx_xflags & FS_XFLAG_REALTIME)
		return -EXDEV;
	return 0;
}

/* Under the inode's lock and iop->lock. */
static void iopmem_hold_drop(struct iopmem *iop, struct iopmem_hold *hold)
{
	struct file *file = hold->file;

	list_del(&hold->list);
	hold->file = NULL;
	iop->nr_leases--;
	if (!iopmem_holds_of(iop, file_inode(file)))
		file_inode(file)->i_flags &= ~S_SWAPFILE;
	fput(file);
}

/* The file of @hold, or of the first lease if it is NULL, with a reference; NULL if there is none. */
static struct file *iopmem_hold_file(struct iopmem *iop, struct iopmem_hold *hold)
{
	struct file *file = NULL;

	mutex_lock(&iop->lock);
	if (!hold)
		hold = list_first_entry_or_null(&iop->leases, struct iopmem_hold, list);
	if (hold && hold->file)
		file = get_file(hold->file);
	mutex_unlock(&iop->lock);
	return file;
}

/* The memory is gone: let the files go too, so that the dead filesystem can be unmounted. */
void iopmem_lease_revoke_all(struct iopmem *iop)
{
	struct iopmem_hold *hold, *next;
	struct file *file;

	while ((file = iopmem_hold_file(iop, NULL)) != NULL) {
		inode_lock(file_inode(file));
		mutex_lock(&iop->lock);
		list_for_each_entry_safe(hold, next, &iop->leases, list) {
			if (file_inode(hold->file) != file_inode(file))
				continue;
			iopmem_hold_drop(iop, hold);
			wake_up_interruptible_poll(&hold->wait, EPOLLHUP | EPOLLERR);
		}
		mutex_unlock(&iop->lock);
		inode_unlock(file_inode(file));
		fput(file);
	}
}

static int iopmem_hold_release(struct inode *anon, struct file *self)
{
	struct iopmem_hold *hold = self->private_data;
	struct iopmem *iop = hold->iop;
	struct file *file = iopmem_hold_file(iop, hold);

	if (file) {
		inode_lock(file_inode(file));
		mutex_lock(&iop->lock);
		/* A removal may have been faster. */
		if (hold->file)
			iopmem_hold_drop(iop, hold);
		mutex_unlock(&iop->lock);
		inode_unlock(file_inode(file));
		fput(file);
	}
	kfree(hold);
	iopmem_put(iop);
	return 0;
}

static bool iopmem_hold_revoked(struct iopmem_hold *hold)
{
	bool revoked;

	mutex_lock(&hold->iop->lock);
	revoked = !hold->file;
	mutex_unlock(&hold->iop->lock);
	return revoked;
}

static __poll_t iopmem_hold_poll(struct file *self, struct poll_table_struct *table)
{
	struct iopmem_hold *hold = self->private_data;

	poll_wait(self, &hold->wait, table);
	return iopmem_hold_revoked(hold) ? EPOLLHUP | EPOLLERR : 0;
}

static long iopmem_hold_export(struct iopmem_hold *hold, void __user *user, struct file *self)
{
	struct file *file = iopmem_hold_file(hold->iop, hold);
	long rc;

	if (!file)
		return -ENODEV;
	rc = iopmem_export(hold->iop, user, self, file);
	fput(file);
	return rc;
}

static long iopmem_hold_ioctl(struct file *self, unsigned int cmd, unsigned long arg)
{
	struct iopmem_hold *hold = self->private_data;
	bool revoked = iopmem_hold_revoked(hold);
	void __user *user = (void __user *)arg;

	switch (cmd) {
	case IOPMEM_IOC_QUERY:
		return iopmem_query(hold->iop, user,
				    IOPMEM_QUERY_LEASE | (revoked ? IOPMEM_QUERY_REVOKED : 0),
				    hold->inode, NULL);
	case IOPMEM_IOC_MAP:
		if (revoked)
			return -ENODEV;
		return iopmem_map(hold->iop, user, self, hold->inode);
	case IOPMEM_IOC_EXPORT:
		return iopmem_hold_export(hold, user, self);
	default:
		return -ENOTTY;
	}
}

/* For the fdinfo of @self, a lease, and of what holds it. */
void iopmem_lease_show(struct seq_file *m, struct file *self)
{
	struct iopmem_hold *hold = self->private_data;
	struct file *file = iopmem_hold_file(hold->iop, hold);

	seq_printf(m, "iopmem-inode:\t%llu\n", hold->inode);
	if (!file)
		return;
	seq_puts(m, "iopmem-file:\t");
	seq_file_path(m, file, " \t\n\\");
	seq_putc(m, '\n');
	fput(file);
}

static void iopmem_hold_fdinfo(struct seq_file *m, struct file *self)
{
	struct iopmem_hold *hold = self->private_data;

	iopmem_show(m, hold->iop, iopmem_hold_revoked(hold), hold->since);
	iopmem_lease_show(m, self);
}

static const struct file_operations iopmem_hold_fops = {
	.owner = THIS_MODULE,
	.release = iopmem_hold_release,
	.poll = iopmem_hold_poll,
	.show_fdinfo = iopmem_hold_fdinfo,
	.unlocked_ioctl = iopmem_hold_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = noop_llseek,
};

static int iopmem_hold_take(struct iopmem *iop, struct iopmem_hold *hold, struct file *file)
{
	struct inode *inode = file_inode(file);
	int rc = 0;

	/* Most changes of the layout happen under this lock, and look at the flag under it. */
	inode_lock(inode);
	mutex_lock(&iop->lock);
	if (iop->gone) {
		rc = -ENODEV;
	} else if (IS_SWAPFILE(inode) && !iopmem_holds_of(iop, inode)) {
		rc = -ETXTBSY;
	} else {
		inode->i_flags |= S_SWAPFILE;
		hold->settled = iopmem_is_settled(iop, inode);
		hold->file = get_file(file);
		hold->inode = inode->i_ino;
		hold->since = ktime_get_real_seconds();
		list_add_tail(&hold->list, &iop->leases);
		iop->nr_leases++;
	}
	mutex_unlock(&iop->lock);
	inode_unlock(inode);
	return rc;
}

/* Only now can the holder be told the size. */
static int iopmem_hold_settle(struct iopmem *iop, struct iopmem_hold *hold, struct file *file,
			      u64 *bytes)
{
	int rc;

	rc = hold->settled ? 0 : iopmem_settle(file);
	if (rc)
		return rc;
	mutex_lock(&iop->lock);
	/* A removal may have been faster. */
	if (hold->file) {
		hold->settled = true;
		*bytes = i_size_read(file_inode(file));
	} else {
		rc = -ENODEV;
	}
	mutex_unlock(&iop->lock);
	return rc;
}

int iopmem_lease(struct iopmem *iop, struct iopmem_lease __user *arg)
{
	struct iopmem_hold *hold;
	struct iopmem_lease req;
	struct file *file, *self;
	int fd, rc;

	if (!capable(CAP_SYS_RAWIO))
		return -EPERM;
	if (copy_from_user(&req, arg, sizeof(req)))
		return -EFAULT;
	if (req.size != sizeof(req) || req.flags)
		return -EINVAL;

	hold = kzalloc(sizeof(*hold), GFP_KERNEL);
	if (!hold)
		return -ENOMEM;
	hold->iop = iop;
	init_waitqueue_head(&hold->wait);
	INIT_LIST_HEAD(&hold->list);
	fd = iopmem_descriptor(iop, "[iopmem-lease]", &iopmem_hold_fops, hold, &self);
	if (fd < 0) {
		kfree(hold);
		return fd;
	}

	file = fget(req.file);
	if (!file) {
		rc = -EBADF;
		goto err_self;
	}
	rc = iopmem_may_hold(iop, file);
	if (!rc)
		rc = iopmem_hold_take(iop, hold, file);
	if (!rc)
		rc = iopmem_hold_settle(iop, hold, file, &req.bytes);
	if (!rc)
		rc = iopmem_arrive(iop);
	fput(file);
	if (rc)
		goto err_self;

	req.lease = fd;
	req.inode = hold->inode;
	if (copy_to_user(arg, &req, sizeof(req))) {
		rc = -EFAULT;
		goto err_self;
	}
	fd_install(fd, self);
	return 0;

err_self:
	fput(self);
	put_unused_fd(fd);
	return rc;
}
