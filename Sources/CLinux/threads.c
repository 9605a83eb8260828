#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/mman.h>

#include "CLinux.h"

#define MOST_THREADS 64
/* What they may come to need beside their stacks. */
#define SPARE_BYTES (64UL << 20)

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void *wait_at_gate(void *unused)
{
	pthread_mutex_lock(&gate);
	pthread_mutex_unlock(&gate);
	return unused;
}

int iopmem_try_threads(unsigned int count)
{
	pthread_t threads[MOST_THREADS];
	unsigned int started = 0;
	int error = count > MOST_THREADS ? EINVAL : 0;
	void *spare = MAP_FAILED;

	/* Each thread would reserve 64 MiB for what it allocates, and take the place of the next one. */
	mallopt(M_ARENA_MAX, 1);
	pthread_mutex_lock(&gate);
	while (!error && started < count) {
		error = pthread_create(&threads[started], NULL, wait_at_gate, NULL);
		if (!error)
			started++;
	}
	if (!error) {
		spare = mmap(NULL, SPARE_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		error = spare == MAP_FAILED ? errno : 0;
	}
	pthread_mutex_unlock(&gate);
	while (started)
		pthread_join(threads[--started], NULL);
	if (spare != MAP_FAILED)
		munmap(spare, SPARE_BYTES);
	errno = error;
	return error ? -1 : 0;
}
