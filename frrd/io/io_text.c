// SPDX-License-Identifier: GPL-2.0-or-later
/* See io_text.h. */

#include "frrd/io/io_text.h"

void io_text_printable(char *text)
{
	for (; *text; text++) {
		if (*text < 0x20 || *text > 0x7e)
			*text = '?';
	}
}
