// SPDX-License-Identifier: GPL-2.0-or-later
/* Attachments: for shows and operational state. */

#include <zebra.h>

#include "json.h"
#include "vty.h"

#include "frrd/frrd_attach_internal.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_sequence.h"
#include "frrd/frrd_time.h"
#include "frrd/frrd_words.h"

const struct frrd_attachment *frrd_attach_next(const struct frrd_grp *grp,
					       const struct frrd_attachment *previous)
{
	return previous ? frrd_attachments_const_next(&grp->attach.list, previous)
			: frrd_attachments_const_first(&grp->attach.list);
}

const struct frrd_attachment *frrd_attach_find(const struct frrd_grp *grp, const char *ifname)
{
	const struct frrd_attachment *att;

	frr_each (frrd_attachments_const, &grp->attach.list, att)
		if (strmatch(att->ifname, ifname))
			return att;
	return NULL;
}

const char *frrd_attachment_ifname(const struct frrd_attachment *att)
{
	return att->ifname;
}

const char *frrd_attachment_problem(const struct frrd_attachment *att)
{
	return att->problem;
}

const struct prefix *frrd_attachment_foreign(const struct frrd_attachment *att)
{
	for (size_t i = 0; i < att->count; i++)
		if (att->addresses[i].configured && att->addresses[i].present &&
		    !att->addresses[i].ours)
			return &att->addresses[i].p;
	return NULL;
}

const struct prefix *frrd_attachment_next_address(const struct frrd_attachment *att,
						  const struct prefix *previous)
{
	bool found = !previous;

	for (size_t i = 0; i < att->count; i++) {
		const struct frrd_att_address *address = &att->addresses[i];

		if (found && address->present && address->ours)
			return &address->p;
		found |= &address->p == previous;
	}
	return NULL;
}

void frrd_attach_describe(const struct frrd_grp *grp, char *buf, size_t size)
{
	const struct frrd_attachment *att;
	int64_t again_ms;
	char left[32];

	buf[0] = '\0';
	frr_each (frrd_attachments_const, &grp->attach.list, att)
		if (att->configured && att->state != FRRD_ATT_UNKNOWN && !att->ifindex) {
			snprintf(buf, size,
				 "the interface %s, which the group attaches, does not exist",
				 att->ifname);
			return;
		}
	if (frrd_attach_possible(grp, &again_ms))
		return;
	if (again_ms == FRRD_NEVER)
		snprintf(buf, size, "the group is not attached; %s", grp->attach.failure);
	else
		snprintf(buf, size,
			 "the last takeover could not attach the group: %s; it is not tried again for %s",
			 grp->attach.failure,
			 frrd_ms_str(MAX(again_ms - frrd_now_ms(), 0), left, sizeof(left)));
}

static const char *where(const struct frrd_att_address *address)
{
	if (!address->present)
		return "";
	return address->ours ? " (present)" : " (present, not by frrd)";
}

void frrd_attach_show(struct vty *vty, const struct frrd_grp *grp)
{
	const struct frrd_attachment *att;

	if (frrd_sequence_busy(grp))
		vty_out(vty, "  Step: %s%s\n", frrd_step_name(grp->seq.step),
			grp->seq.aborted ? ", a hook forbade the takeover: see the journal" : "");
	frr_each (frrd_attachments_const, &grp->attach.list, att) {
		vty_out(vty, "  Attachment %s: %s", att->ifname, frrd_attachment_state(att));
		if (att->carrier && att->ifindex)
			vty_out(vty, ", interface %s", att->flags & IFF_UP ? "up" : "down");
		for (size_t i = 0; i < att->count; i++)
			vty_out(vty, ", %pFX%s", &att->addresses[i].p, where(&att->addresses[i]));
		if (att->state == FRRD_ATT_DETACHED && !att->ifindex)
			vty_out(vty, ", there is no such interface now");
		vty_out(vty, "%s%s\n", att->problem[0] ? ": " : "", att->problem);
	}
}

static struct json_object *json_attachment(const struct frrd_attachment *att)
{
	struct json_object *json = json_object_new_object();
	struct json_object *addresses = json_object_new_array();

	json_object_string_add(json, "interface", att->ifname);
	json_object_string_add(json, "state", frrd_attachment_state(att));
	json_object_string_add(json, "problem", att->problem);
	json_object_boolean_add(json, "exists", att->ifindex != IFINDEX_INTERNAL);
	json_object_boolean_add(json, "up", att->flags & IFF_UP);
	for (size_t i = 0; i < att->count; i++) {
		struct json_object *address = json_object_new_object();

		json_object_string_addf(address, "address", "%pFX", &att->addresses[i].p);
		json_object_boolean_add(address, "present", att->addresses[i].present);
		json_object_boolean_add(address, "ours",
					att->addresses[i].present && att->addresses[i].ours);
		json_object_array_add(addresses, address);
	}
	json_object_object_add(json, "addresses", addresses);
	return json;
}

struct json_object *frrd_attach_json(const struct frrd_grp *grp)
{
	struct json_object *json = json_object_new_array();
	const struct frrd_attachment *att;

	frr_each (frrd_attachments_const, &grp->attach.list, att)
		json_object_array_add(json, json_attachment(att));
	return json;
}
