/* Measures iopmem_file_verify(): opens a file and looks COUNT times. COUNT FILE BASE. */
#include <stdio.h>
#include <stdlib.h>

#include <iopmem.h>

int main(int argc, char **argv)
{
	struct iopmem_options options;
	struct iopmem_file *file;
	long count = argc == 4 ? strtol(argv[1], NULL, 0) : 0;
	int result;

	iopmem_options_init(&options);
	options.flags = IOPMEM_BASE | IOPMEM_NO_DAX_CHECK;
	options.base = argc == 4 ? strtoull(argv[3], NULL, 0) : 0;
	result = iopmem_file_open(argc == 4 ? argv[2] : NULL, &options, &file);
	while (result == IOPMEM_OK && count-- > 0)
		result = iopmem_file_verify(file);
	if (result != IOPMEM_OK)
		fprintf(stderr, "bench-verify: %s\n", iopmem_error_message());
	return iopmem_file_close(file) || result;
}
