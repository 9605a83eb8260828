#include "CLinux.h"

static const int held_numbers[] = { SIGINT, SIGTERM, SIGHUP };
static struct sigaction former[3];
static volatile sig_atomic_t held;

static void note(int number)
{
	held = number;
}

void iopmem_hold_signals(void)
{
	struct sigaction action = { .sa_handler = note };

	for (int i = 0; i < 3; i++) {
		sigaction(held_numbers[i], NULL, &former[i]);
		if (former[i].sa_handler != SIG_IGN)
			sigaction(held_numbers[i], &action, NULL);
	}
}

int iopmem_held_signal(void)
{
	return held;
}

void iopmem_forget_signals(void)
{
	held = 0;
	for (int i = 0; i < 3; i++)
		sigaction(held_numbers[i], &former[i], NULL);
}

void iopmem_obey_signals(void)
{
	int number = held;
	sigset_t unblocked;

	iopmem_forget_signals();
	if (!number)
		return;
	/* The threads that run asynchronous work block all signals. */
	sigemptyset(&unblocked);
	sigaddset(&unblocked, number);
	pthread_sigmask(SIG_UNBLOCK, &unblocked, NULL);
	raise(number);
}
