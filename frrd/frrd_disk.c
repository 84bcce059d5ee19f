// SPDX-License-Identifier: GPL-2.0-or-later
/* Writing to disk without waiting for it; see frrd_disk.h. */

#include <zebra.h>

#include "frrd/frrd_disk.h"

static struct frrd_worker disk = {
	.what = "to write files with",
};

void frrd_disk_init(void)
{
	frrd_worker_init(&disk);
}

void frrd_disk_submit(struct frrd_worker_job *job)
{
	frrd_worker_submit(&disk, job);
}

bool frrd_disk_flush(uint32_t timeout_ms)
{
	return frrd_worker_flush(&disk, timeout_ms);
}

void frrd_disk_fini(void)
{
	frrd_worker_fini(&disk);
}
