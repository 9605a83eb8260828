// SPDX-License-Identifier: GPL-2.0-only
/*
 * pagetables: what the page tables have of an address, as Debian's kernels show none. Support of the
 * tests.
 *
 * /dev/pagetables: write an address of the writing process, or "physical ADDRESS" for where the kernel
 * has that mapped. Reading then gives the size of the page, and its memory type by the PAT as the
 * processor has it, before the MTRRs have their say.
 */
#include <linux/io.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/uaccess.h>

static char answer[64];

/* Intel's manual, volume 3, table 12-10. */
static const char *type_of(u8 code)
{
	static const char *const names[8] = {
		"uncached", "write-combining", "?",	    "?",
		"write-through", "write-protected", "write-back", "uncached-minus",
	};

	return names[code & 7];
}

static void answer_with(const char *size, u64 entry, u64 pat_bit)
{
	const u32 pat_register = 0x277;
	u32 low, high;
	int index = (entry & _PAGE_PWT ? 1 : 0) | (entry & _PAGE_PCD ? 2 : 0) |
		    (entry & pat_bit ? 4 : 0);

	/* The kernel's own way to read it has had several names. */
	asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(pat_register));
	snprintf(answer, sizeof(answer), "%s %s\n", size,
		 type_of(((u64)high << 32 | low) >> (8 * index)));
}

/* Of a page that the caller has just touched, so that nothing of it is missing. */
static int look_up(struct mm_struct *mm, unsigned long address)
{
	pgd_t *pgd = pgd_offset(mm, address);
	p4d_t *p4d;
	pud_t *pud;
	pmd_t *pmd;
	pte_t *pte;

	if (!(pgd_val(*pgd) & _PAGE_PRESENT))
		return -ENOENT;
	p4d = p4d_offset(pgd, address);
	if (!(p4d_val(*p4d) & _PAGE_PRESENT))
		return -ENOENT;
	pud = pud_offset(p4d, address);
	if (!(pud_val(*pud) & _PAGE_PRESENT))
		return -ENOENT;
	if (pud_val(*pud) & _PAGE_PSE) {
		answer_with("1G", pud_val(*pud), _PAGE_PAT_LARGE);
		return 0;
	}
	pmd = pmd_offset(pud, address);
	if (!(pmd_val(*pmd) & _PAGE_PRESENT))
		return -ENOENT;
	if (pmd_val(*pmd) & _PAGE_PSE) {
		answer_with("2M", pmd_val(*pmd), _PAGE_PAT_LARGE);
		return 0;
	}
	pte = pte_offset_kernel(pmd, address);
	if (!(pte_val(*pte) & _PAGE_PRESENT))
		return -ENOENT;
	answer_with("4K", pte_val(*pte), _PAGE_PAT);
	return 0;
}

static ssize_t pagetables_write(struct file *file, const char __user *from, size_t count, loff_t *at)
{
	char text[64] = "";
	u64 address;
	int rc;

	if (count >= sizeof(text) || copy_from_user(text, from, count))
		return -EINVAL;
	strim(text);
	answer[0] = '\0';
	if (!strncmp(text, "physical ", 9)) {
		rc = kstrtou64(text + 9, 0, &address);
		/* The kernel's part is the same in all of them. */
		address = rc ? 0 : (unsigned long)__va(address);
	} else {
		rc = kstrtou64(text, 0, &address);
	}
	if (rc)
		return rc;
	mmap_read_lock(current->mm);
	rc = look_up(current->mm, address);
	mmap_read_unlock(current->mm);
	return rc ? rc : count;
}

static ssize_t pagetables_read(struct file *file, char __user *to, size_t count, loff_t *at)
{
	return simple_read_from_buffer(to, count, at, answer, strlen(answer));
}

static const struct file_operations pagetables_fops = {
	.owner = THIS_MODULE,
	.read = pagetables_read,
	.write = pagetables_write,
};

static struct miscdevice pagetables_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "pagetables",
	.fops = &pagetables_fops,
};
module_misc_device(pagetables_device);

MODULE_DESCRIPTION("Shows the memory type of pages for the tests of iopmem");
MODULE_LICENSE("GPL");
