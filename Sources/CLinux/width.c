#define _GNU_SOURCE /* wcwidth, newlocale */
#include "CLinux.h"

#include <locale.h>
#include <wchar.h>

/*
 * wcwidth(3) asks the thread's locale, and glibc's wchar_t is a Unicode scalar in every locale.
 * What it knows no width of takes one column.
 */
size_t iopmem_columns(const uint32_t *scalars, size_t count)
{
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	locale_t former = utf8 ? uselocale(utf8) : (locale_t)0;
	size_t columns = 0;

	for (size_t i = 0; i < count; i++) {
		int width = utf8 ? wcwidth((wchar_t)scalars[i]) : 1;

		columns += width < 0 ? 1 : (size_t)width;
	}
	if (utf8) {
		uselocale(former);
		freelocale(utf8);
	}
	return columns;
}

/* How many columns the terminal has; 0 for what is none, or does not tell. */
int iopmem_terminal_columns(int fd)
{
	struct winsize size;

	return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}
