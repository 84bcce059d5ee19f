// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Attachments: what outlives the process.
 *
 * The state file has what frrd has put where, with the boot in which it was done: an
 * index means nothing after the next one.  What an earlier process has left is given
 * to the attachment of the same group and interface; what nobody asks for is removed
 * some time after the start, because its group may be configured later.
 */

#include <zebra.h>

#include "memory.h"

#include "frrd/frrd_attach_internal.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_process.h"
#include "frrd/frrd_statefile.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_ORPHAN_JOB, "Orphan job");

#define ORPHAN_MS 30000

static struct frrd_kept_attaches left; /* of an earlier process, and not asked for yet */
static struct event *t_orphans;

static void read_boot_id(char *ret_id, size_t size)
{
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	ret_id[0] = '\0';
	if (!file)
		return;
	if (fgets(ret_id, size, file))
		ret_id[strcspn(ret_id, "\n")] = '\0';
	fclose(file);
}

static void keep(struct frrd_kept_attaches *kept, const struct frrd_attachment *att)
{
	struct frrd_kept_attach *entry = NULL;
	ifindex_t ifindex = att->placed ? att->placed : att->ifindex;

	if (att->raised)
		entry = frrd_kept_attach_add(kept, att->grp->name, att->ifname, ifindex, true);
	for (size_t i = 0; i < att->count; i++) {
		if (!att->addresses[i].known)
			continue;
		if (!entry)
			entry = frrd_kept_attach_add(kept, att->grp->name, att->ifname, ifindex, false);
		frrd_kept_attach_address(entry, &att->addresses[i].p, att->addresses[i].marked);
	}
}

void frrd_attach_keep(struct frrd_kept_attaches *ret_kept)
{
	struct frrd_attachment *att;
	struct frrd_grp *grp;

	memset(ret_kept, 0, sizeof(*ret_kept));
	read_boot_id(ret_kept->boot_id, sizeof(ret_kept->boot_id));
	frr_each (frrd_groups, &frrd_config.groups, grp)
		frr_each (frrd_attachments, &grp->attach.list, att)
			keep(ret_kept, att);
	for (size_t i = 0; i < left.count; i++) {
		const struct frrd_kept_attach *old = &left.list[i];
		struct frrd_kept_attach *entry =
			frrd_kept_attach_add(ret_kept, old->group, old->ifname, old->ifindex, old->raised);

		for (size_t j = 0; j < old->address_count; j++)
			frrd_kept_attach_address(entry, &old->addresses[j].p, old->addresses[j].marked);
	}
}

void frrd_att_record(void)
{
	frrd_statefile_dirty_now();
}

/* --- after a start --- */

void frrd_attach_restore(struct frrd_kept_attaches *kept)
{
	char boot_id[sizeof(kept->boot_id)];

	read_boot_id(boot_id, sizeof(boot_id));
	if (boot_id[0] && strmatch(kept->boot_id, boot_id)) {
		frrd_kept_attaches_free(&left);
		left = *kept;
		*kept = (struct frrd_kept_attaches){};
		return;
	}
	frrd_kept_attaches_free(kept); /* with that boot it went away */
}

static void take_out(size_t i)
{
	frrd_kept_attach_del(&left, i);
}

static bool is_of(const struct frrd_kept_attach *entry, const struct frrd_grp *grp)
{
	return strmatch(entry->group, grp->name);
}

void frrd_att_recall(struct frrd_attachment *att)
{
	for (size_t i = 0; i < left.count; i++) {
		const struct frrd_kept_attach *entry = &left.list[i];

		if (!is_of(entry, att->grp) || !strmatch(entry->ifname, att->ifname))
			continue;
		att->placed = entry->ifindex;
		att->raised = entry->raised;
		for (size_t j = 0; j < entry->address_count; j++) {
			struct frrd_att_address *address =
				frrd_att_address(att, &entry->addresses[j].p);

			address->known = true;
			address->marked = entry->addresses[j].marked;
		}
		take_out(i);
		return;
	}
}

/* Attachments that are not configured any more, too: they are removed in order. */
void frrd_att_recall_all(struct frrd_grp *grp)
{
	char ifname[INTERFACE_NAMSIZ];

	for (size_t i = 0; i < left.count;) {
		if (!is_of(&left.list[i], grp)) {
			i++;
			continue;
		}
		strlcpy(ifname, left.list[i].ifname, sizeof(ifname));
		(void)frrd_att_new(grp, ifname); /* takes it out of the list */
		i = 0;
	}
}

/* --- groups that do not exist any more --- */

static void orphan_done(struct frrd_worker_job *worker_job)
{
	struct frrd_kernel_job *job = (struct frrd_kernel_job *)worker_job;

	XFREE(MTYPE_FRRD_ORPHAN_JOB, job);
}

static void remove_orphan(const struct frrd_kept_attach *entry)
{
	struct frrd_kernel_job *job;

	zlog_notice("group %s does not exist any more: interface %s is detached", entry->group,
		    entry->ifname);
	job = XCALLOC(MTYPE_FRRD_ORPHAN_JOB,
		      sizeof(*job) + entry->address_count * sizeof(job->addresses[0]));
	job->job.done = orphan_done;
	job->ifindex = entry->ifindex;
	job->link = entry->raised ? FRRD_KERNEL_DOWN : FRRD_KERNEL_KEEP;
	job->count = entry->address_count;
	for (size_t i = 0; i < entry->address_count; i++) {
		job->addresses[i].p = entry->addresses[i].p;
		job->addresses[i].known = !entry->addresses[i].marked;
		job->addresses[i].what = FRRD_KERNEL_REMOVE;
	}
	frrd_kernel_submit(job);
}

static void orphans(struct event *event)
{
	while (left.count) {
		remove_orphan(&left.list[0]);
		take_out(0);
	}
	frrd_att_record();
}

void frrd_attach_configured(void)
{
	if (left.count)
		event_add_timer_msec(frrd_loop, orphans, NULL, ORPHAN_MS, &t_orphans);
}

void frrd_att_record_fini(void)
{
	EVENT_OFF(t_orphans);
	frrd_kept_attaches_free(&left);
}
