#pragma once

/* Nothing to call: what is linked runs before the Swift runtime does. */
