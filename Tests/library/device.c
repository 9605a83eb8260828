/* SPDX-License-Identifier: MIT */
/* What becomes of the device is told of too: FILE BASE COMMAND, which changes it. */
#include "check.h"

int main(int argc, char **argv)
{
	struct iopmem_file *file;

	CHECK(argc == 4);
	file = opened(argv[1], strtoull(argv[2], NULL, 0), 0);
	CHECK(iopmem_file_verify(file) == IOPMEM_OK);
	CHECK(system(argv[3]) == 0);
	CHECK(iopmem_file_verify(file) == IOPMEM_CHANGED);
	CHECK(strstr(iopmem_error_message(), "/size says otherwise than it did"));
	CHECK(iopmem_file_close(file) == IOPMEM_OK);
	return 0;
}
