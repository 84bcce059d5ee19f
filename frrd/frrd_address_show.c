// SPDX-License-Identifier: GPL-2.0-or-later
/* Address change for people and as JSON; see frrd_address.h. */

#include <zebra.h>

#include "json.h"
#include "vty.h"

#include "frrd/frrd_address.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_time.h"
#include "frrd/frrd_vty.h"
#include "frrd/frrd_words.h"

static void print_state(struct vty *vty, const struct frrd_address_status *status)
{
	int64_t now_ms = frrd_now_ms();
	char age[32];

	vty_out(vty, "%s", frrd_address_state_name(status));
	if (status->state == FRRD_ADDRESS_DONE)
		vty_out(vty, " %s ago", frrd_age_str(now_ms - status->done_ms, age, sizeof(age)));
	if (status->state == FRRD_ADDRESS_IDLE && status->done_ms)
		vty_out(vty, ", last done %s ago",
			frrd_age_str(now_ms - status->done_ms, age, sizeof(age)));
	if (status->failing_ms)
		vty_out(vty, " for %s (%u times)",
			frrd_age_str(now_ms - status->failing_ms, age, sizeof(age)),
			status->failures);
	if (status->problem[0])
		vty_out(vty, ": %s", status->problem);
	if (status->problem[0] && status->next_ms)
		vty_out(vty, "; next try in %s",
			frrd_ms_str(MAX(status->next_ms - now_ms, 0), age, sizeof(age)));
	vty_out(vty, "\n");
}

void frrd_address_show(struct vty *vty, const struct frrd_grp *grp)
{
	struct frrd_address_status status;

	if (frrd_address_has_dns(grp)) {
		frrd_address_dns(grp, &status);
		vty_out(vty, "  DNS: ");
		print_state(vty, &status);
	}
	for (size_t i = 0; i < frrd_address_targets(grp); i++) {
		frrd_address_target(grp, i, &status);
		vty_out(vty, "  Notify %s: ", status.target);
		print_state(vty, &status);
	}
}

static struct json_object *json_state(const struct frrd_address_status *status)
{
	struct json_object *json = json_object_new_object();
	int64_t now_ms = frrd_now_ms();

	if (status->target[0])
		json_object_string_add(json, "target", status->target);
	json_object_string_add(json, "state", frrd_address_state_name(status));
	if (status->done_ms)
		frrd_json_add_time(json, "done", now_ms - status->done_ms);
	if (status->failing_ms) {
		frrd_json_add_time(json, "failingSince", now_ms - status->failing_ms);
		json_object_int_add(json, "failures", status->failures);
	}
	if (status->problem[0])
		json_object_string_add(json, "problem", status->problem);
	if (status->next_ms)
		json_object_int_add(json, "nextMs", MAX(status->next_ms - now_ms, 0));
	return json;
}

struct json_object *frrd_address_json(const struct frrd_grp *grp)
{
	struct json_object *json, *targets;
	struct frrd_address_status status;

	if (!grp->address)
		return NULL;
	json = json_object_new_object();
	targets = json_object_new_array();
	if (frrd_address_has_dns(grp)) {
		frrd_address_dns(grp, &status);
		json_object_object_add(json, "dns", json_state(&status));
	}
	for (size_t i = 0; i < frrd_address_targets(grp); i++) {
		frrd_address_target(grp, i, &status);
		json_object_array_add(targets, json_state(&status));
	}
	json_object_object_add(json, "notify", targets);
	return json;
}
