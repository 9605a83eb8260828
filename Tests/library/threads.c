/* SPDX-License-Identifier: MIT */
/* Many threads use one file, and files of their own, while others close them: FILE BASE. */
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

enum { THREADS = 8, ROUNDS = 100 };

static const char *path;
static uint64_t base;
static struct iopmem_file *shared;
static struct iopmem_file *doomed;
static struct iopmem_segment expected;

/* One thread's messages are no other's. */
static void own_message(int number)
{
	struct iopmem_file *file;
	char name[32];

	snprintf(name, sizeof(name), "/none/of/thread/%d", number);
	CHECK(refused(iopmem_file_open(name, NULL, &file), IOPMEM_FAILED, name));
}

static void *work(void *argument)
{
	int number = *(int *)argument;

	for (int round = 0; round < ROUNDS; round++) {
		struct iopmem_segment segment;
		size_t count = 1;
		int result;

		CHECK(iopmem_file_verify(shared) == IOPMEM_OK);
		result = iopmem_file_segments(shared, 0, IOPMEM_TO_END, NULL, &segment, &count);
		CHECK(result == IOPMEM_OK || result == IOPMEM_MORE);
		CHECK(memcmp(&segment, &expected, sizeof(segment)) == 0);
		own_message(number);
		/* Whoever comes first closes it, under the others' hands. */
		result = iopmem_file_verify(doomed);
		CHECK(result == IOPMEM_OK || result == IOPMEM_INVALID);
		if (round == ROUNDS / 2)
			(void)iopmem_file_close(doomed);
		if (round % 50 == 0) {
			struct iopmem_file *file = opened(path, base, 0);

			CHECK(iopmem_file_verify(file) == IOPMEM_OK);
			CHECK(iopmem_file_close(file) == IOPMEM_OK);
		}
	}
	return NULL;
}

static void run(void)
{
	pthread_t threads[THREADS];
	int numbers[THREADS];

	doomed = opened(path, base, 0);
	for (int i = 0; i < THREADS; i++) {
		numbers[i] = i;
		CHECK(pthread_create(&threads[i], NULL, work, &numbers[i]) == 0);
	}
	for (int i = 0; i < THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	CHECK(iopmem_file_verify(doomed) == IOPMEM_INVALID);
}

int main(int argc, char **argv)
{
	size_t count = 1;
	int status, result;
	pid_t child;

	CHECK(argc == 3);
	path = argv[1];
	base = strtoull(argv[2], NULL, 0);
	shared = opened(path, base, 0);
	result = iopmem_file_segments(shared, 0, IOPMEM_TO_END, NULL, &expected, &count);
	CHECK(result == IOPMEM_OK || result == IOPMEM_MORE);
	/* As a program does that becomes a daemon: the child goes on with what was opened. */
	child = fork();
	CHECK(child >= 0);
	run();
	if (child == 0)
		return 0;
	CHECK(waitpid(child, &status, 0) == child && status == 0);
	CHECK(iopmem_file_close(shared) == IOPMEM_OK);
	return 0;
}
