// SPDX-License-Identifier: GPL-2.0-only
/*
 * faults: has a call of the driver's fail that seldom fails, as the kernels of distributions have no
 * fault injection. Support of the tests.
 *
 * /dev/faults: write N, and of the calls below that iopmem makes for the writing process the N-th from
 * now on is not made, but answered as if there were no memory; 0 ends it. Reading then gives the call's
 * name, or "none" if there were not so many.
 */
#include <linux/err.h>
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/linkage.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/objtool.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uaccess.h>

struct site {
	const char *symbol;
	long answer;
	struct kprobe probe;
};

static struct site sites[] = {
	{ "__kmalloc_cache_noprof", 0 },
	{ "__kvmalloc_node_noprof", 0 },
	{ "kvrealloc_node_align_noprof", 0 },
	{ "vm_mmap", -ENOMEM },
	{ "pin_user_pages_fast", -ENOMEM },
	{ "dma_buf_export", -ENOMEM },
	{ "dma_buf_attach_revocable", 0 },
	{ "pcim_p2pdma_provider", 0 },
	{ "get_unused_fd_flags", -EMFILE },
	{ "dma_buf_phys_vec_to_sgt", -ENOMEM },
	{ "sg_alloc_table", -ENOMEM },
};

static pid_t armed;
static int left;
static const char *failed = "none";

/* What a call is sent to that is not made: the answer is in place. */
void faults_return(void);
asm(".text\n"
    ".type faults_return, @function\n"
    ".globl faults_return\n"
    "faults_return:\n" ANNOTATE_NOENDBR "\n"
    "	" ASM_RET
    ".size faults_return, .-faults_return\n");

static int site_hit(struct kprobe *probe, struct pt_regs *regs)
{
	struct site *site = container_of(probe, struct site, probe);
	char caller[KSYM_SYMBOL_LEN];

	if (!READ_ONCE(armed) || READ_ONCE(armed) != current->tgid)
		return 0;
	sprint_symbol(caller, *(unsigned long *)regs->sp);
	if (!strstr(caller, "[iopmem]") || --left)
		return 0;
	failed = site->symbol;
	WRITE_ONCE(armed, 0);
	regs->ax = site->answer;
	regs->ip = (unsigned long)faults_return;
	return 1;
}
NOKPROBE_SYMBOL(site_hit);

/* A probe without this is made into a jump, which comes back to the call whatever it is told. */
static void site_passed(struct kprobe *probe, struct pt_regs *regs, unsigned long flags)
{
}

static ssize_t faults_write(struct file *file, const char __user *from, size_t count, loff_t *at)
{
	int n, rc;

	rc = kstrtoint_from_user(from, count, 0, &n);
	if (rc)
		return rc;
	WRITE_ONCE(armed, 0);
	if (n) {
		failed = "none";
		left = n;
		WRITE_ONCE(armed, current->tgid);
	}
	return count;
}

static ssize_t faults_read(struct file *file, char __user *to, size_t count, loff_t *at)
{
	return simple_read_from_buffer(to, count, at, failed, strlen(failed));
}

static const struct file_operations faults_fops = {
	.owner = THIS_MODULE,
	.read = faults_read,
	.write = faults_write,
};

static struct miscdevice faults_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "faults",
	.fops = &faults_fops,
};

static void remove_probes(int count)
{
	while (count--)
		unregister_kprobe(&sites[count].probe);
}

static int __init faults_init(void)
{
	int n, rc;

	for (n = 0; n < ARRAY_SIZE(sites); n++) {
		sites[n].probe.symbol_name = sites[n].symbol;
		sites[n].probe.pre_handler = site_hit;
		sites[n].probe.post_handler = site_passed;
		rc = register_kprobe(&sites[n].probe);
		if (rc) {
			pr_err("faults: no %s here\n", sites[n].symbol);
			remove_probes(n);
			return rc;
		}
	}
	rc = misc_register(&faults_device);
	if (rc)
		remove_probes(n);
	return rc;
}
module_init(faults_init);

static void __exit faults_exit(void)
{
	misc_deregister(&faults_device);
	remove_probes(ARRAY_SIZE(sites));
}
module_exit(faults_exit);

MODULE_DESCRIPTION("Has calls fail for the tests of iopmem");
MODULE_LICENSE("GPL");
