/* SPDX-License-Identifier: MIT */
/* Hands libFuzzer's inputs to a target in Swift: https://llvm.org/docs/LibFuzzer.html. */
#include <stddef.h>
#include <stdint.h>

void iopmem_fuzz_read(const uint8_t *data, ptrdiff_t size);
ptrdiff_t iopmem_fuzz_change(uint8_t *data, ptrdiff_t size, ptrdiff_t most, uint32_t seed);
ptrdiff_t iopmem_fuzz_repair(uint8_t *data, ptrdiff_t size, ptrdiff_t most);

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	iopmem_fuzz_read(data, (ptrdiff_t)size);
	return 0;
}

/* Three in four by what the bytes mean, where the target knows; of the others every second is repaired. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned int seed)
{
	ptrdiff_t changed = 0;

	if (seed % 4)
		changed = iopmem_fuzz_change(data, (ptrdiff_t)size, (ptrdiff_t)most, seed);
	if (changed)
		return (size_t)changed;
	size = LLVMFuzzerMutate(data, size, most);
	if (seed & 8)
		changed = iopmem_fuzz_repair(data, (ptrdiff_t)size, (ptrdiff_t)most);
	return changed ? (size_t)changed : size;
}
