#pragma once

/*
 * Takes back what the runtime was told as it started. Called before anything else; the rest of what is
 * linked runs by itself, before the runtime does.
 */
void iopmem_start(void);
