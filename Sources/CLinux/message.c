#include "CLinux.h"

static _Thread_local struct {
	char text[IOPMEM_MESSAGE_ROOM];
	int number;
} message;

void iopmem_keep_message(const char *text, size_t length, int number)
{
	memcpy(message.text, text, length);
	message.number = number;
}

const char *iopmem_kept_message(void)
{
	return message.text;
}

int iopmem_kept_number(void)
{
	return message.number;
}
