// SPDX-License-Identifier: GPL-2.0-or-later
/* What is in messages between frrd and frrd-io, in words; see frrd_ipc.h. */

#include <stdio.h>
#include <string.h>

#include "frrd_ipc.h"

void frrd_ipc_describe_end(const struct frrd_ipc_done *done, char *buffer, size_t size)
{
	switch ((enum frrd_ipc_end)done->end) {
	case FRRD_IPC_EXITED:
		snprintf(buffer, size, "exit status %d", done->code);
		return;
	case FRRD_IPC_SIGNALLED:
		snprintf(buffer, size, "ended by signal %d (%s)", done->code,
			 strsignal(done->code));
		return;
	case FRRD_IPC_TIMED_OUT:
		snprintf(buffer, size, "no end within %u ms", done->ran_ms);
		return;
	case FRRD_IPC_NOT_RUN:
	case FRRD_IPC_ENDS:
		break;
	}
	snprintf(buffer, size, "not run");
}
