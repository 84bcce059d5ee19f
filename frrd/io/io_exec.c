// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * exec probes: a program ends with exit status 0. The runner runs it, see io_run.h;
 * the scheduler cancels it at the timeout.
 */

#include "frrd/io/io.h"
#include "frrd/io/io_run.h"

/* The first line of what the program wrote, printable; "" if there is none. */
static void first_line(const struct frrd_ipc_done *done, char *buffer, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < done->output_length && n + 1 < size; i++) {
		char c = done->output[i];

		if (c == '\n' || c == '\r') {
			if (n)
				break;
			continue;
		}
		buffer[n++] = c >= ' ' && c <= '~' ? c : '?';
	}
	buffer[n] = '\0';
}

static void exec_done(const struct frrd_ipc_done *done, void *arg)
{
	struct io_probe *probe = arg;
	char line[160], end[64];

	io_probe_set_run(probe, NULL);
	first_line(done, line, sizeof(line));
	frrd_ipc_describe_end(done, end, sizeof(end));
	io_done(probe, done->end == FRRD_IPC_EXITED && done->code == 0, "%s%s%s", end,
		*line ? ": " : "", line);
}

static void exec_start(struct io_probe *probe, const struct sockaddr *addr, socklen_t addrlen)
{
	const struct frrd_ipc_probe *spec = io_probe_spec(probe);
	struct io_job *job = io_run_program(spec->command, spec->timeout_ms, exec_done, probe);

	if (job)
		io_probe_set_run(probe, job);
	else
		io_done(probe, false, "no memory");
}

static void exec_cancel(struct io_probe *probe)
{
	struct io_job *job = io_probe_run(probe);

	io_probe_set_run(probe, NULL);
	if (job)
		io_run_cancel(job);
}

static bool exec_target(const struct frrd_ipc_probe *spec, void *data, char host[FRRD_IPC_HOST],
			uint16_t *ret_port)
{
	return false;
}

const struct io_kind io_exec = {
	.name = "exec",
	.start = exec_start,
	.cancel = exec_cancel,
	.target = exec_target,
};
