// SPDX-License-Identifier: GPL-2.0-only
/*
 * Settling a file: waiting for those who may still move its blocks after S_SWAPFILE was set.
 *
 * vfs_fallocate() looks at the flag before it takes the superblock's write level, and neither it
 * nor a filesystem looks again; nor does xfs when it swaps extents. So whoever looked in time moves
 * blocks under the flag. When it is set, such a task is
 *
 * - within the write level, or asleep waiting for it: taking that level for writing waits for it;
 * - between the look and the level, running or preempted: a grace period of RCU-tasks, which ends
 *   when every task was in user space or went to sleep of its own accord, waits until it is at
 *   least in the queue for the level;
 * - asleep between the two, in a security module or a listener of fanotify that was asked for
 *   permission. That one is not waited for. Nothing tells it from any other sleeper.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/percpu-rwsem.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "iopmem.h"

/* As long as a caller waits at most, and of that for a filesystem to be thawed. */
#define IOPMEM_SETTLE_TIME (60 * HZ)
#define IOPMEM_THAW_TIME (5 * HZ)

/*
 * Waiting for the level cannot be interrupted, and on a filesystem that is frozen just then it
 * lasts until the thaw: somebody other than the caller does it. Who ends second frees it.
 */
struct iopmem_settling {
	struct work_struct work;
	struct completion done;
	struct file *file;
	atomic_t ended;
	int rc;
};

static bool iopmem_is_frozen(struct super_block *sb)
{
	return READ_ONCE(sb->s_writers.frozen) != SB_UNFROZEN;
}

static int iopmem_wait_for_thaw(struct super_block *sb)
{
	unsigned long end = jiffies + IOPMEM_THAW_TIME;

	while (iopmem_is_frozen(sb)) {
		if (time_after(jiffies, end))
			return -EBUSY;
		msleep(20);
	}
	return 0;
}

static void iopmem_drain_writers(struct super_block *sb)
{
	struct percpu_rw_semaphore *level = &sb->s_writers.rw_sem[SB_FREEZE_WRITE - 1];

	percpu_down_write(level);
	percpu_up_write(level);
}

static int iopmem_wait_for_changes(struct inode *inode)
{
	int rc;

	/* Where the kernel is not preemptible this is synchronize_rcu(), which is enough there. */
	synchronize_rcu_tasks();
	rc = iopmem_wait_for_thaw(inode->i_sb);
	if (rc)
		return rc;
	/*
	 * At the moment of a thaw the level can be had before those who waited longer. The end of
	 * having it lets them in, and having it again waits for them.
	 */
	iopmem_drain_writers(inode->i_sb);
	iopmem_drain_writers(inode->i_sb);
	/* What a filesystem does to a file without the level. */
	inode_lock(inode);
	inode_dio_wait(inode);
	filemap_invalidate_lock(inode->i_mapping);
	filemap_invalidate_unlock(inode->i_mapping);
	inode_unlock(inode);
	return 0;
}

static void iopmem_settling_free(struct iopmem_settling *settling)
{
	fput(settling->file);
	kfree(settling);
	module_put(THIS_MODULE);
}

static void iopmem_settling_work(struct work_struct *work)
{
	struct iopmem_settling *settling = container_of(work, struct iopmem_settling, work);

	settling->rc = iopmem_wait_for_changes(file_inode(settling->file));
	/* The caller is the one who frees, if he is still there: his fput() ends with his call. */
	if (atomic_xchg(&settling->ended, 1))
		iopmem_settling_free(settling);
	else
		complete(&settling->done);
}

/*
 * After S_SWAPFILE was set on the file's inode: on success no block of it moves any more. -EBUSY:
 * the filesystem is frozen; -ETIMEDOUT: a change would not end; -EINTR: the caller is killed.
 */
int iopmem_settle(struct file *file)
{
	struct iopmem_settling *settling = kzalloc(sizeof(*settling), GFP_KERNEL);
	long left;
	int rc;

	if (!settling)
		return -ENOMEM;
	INIT_WORK(&settling->work, iopmem_settling_work);
	init_completion(&settling->done);
	settling->file = get_file(file);
	__module_get(THIS_MODULE);
	queue_work(iopmem_wq, &settling->work);

	left = wait_for_completion_killable_timeout(&settling->done, IOPMEM_SETTLE_TIME);
	if (left <= 0) {
		if (!atomic_xchg(&settling->ended, 1)) {
			if (left < 0)
				return -EINTR;
			return iopmem_is_frozen(file_inode(file)->i_sb) ? -EBUSY : -ETIMEDOUT;
		}
		/* The work came to its end in the moment after the wait for it. */
		wait_for_completion(&settling->done);
	}
	rc = settling->rc;
	iopmem_settling_free(settling);
	return rc;
}
