// SPDX-License-Identifier: GPL-2.0-or-later
/* Attachments in the state file: as data and as JSON; see frrd_attach.h. */

#include <zebra.h>

#include "memory.h"

#include "frrd/frrd_attach.h"
#include "frrd/frrd_config.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_KEPT_ATTACH, "Kept attachment");

/* --- lists --- */

static void kept_free(struct frrd_kept_attach *kept)
{
	XFREE(MTYPE_FRRD_KEPT_ATTACH, kept->addresses);
}

void frrd_kept_attaches_free(struct frrd_kept_attaches *kept)
{
	for (size_t i = 0; i < kept->count; i++)
		kept_free(&kept->list[i]);
	XFREE(MTYPE_FRRD_KEPT_ATTACH, kept->list);
	kept->count = 0;
}

struct frrd_kept_attach *frrd_kept_attach_add(struct frrd_kept_attaches *kept, const char *group,
				    const char *ifname, ifindex_t ifindex, bool raised)
{
	struct frrd_kept_attach *entry;

	kept->list = XREALLOC(MTYPE_FRRD_KEPT_ATTACH, kept->list,
			      (kept->count + 1) * sizeof(*kept->list));
	entry = &kept->list[kept->count++];
	*entry = (struct frrd_kept_attach){ .ifindex = ifindex, .raised = raised };
	strlcpy(entry->group, group, sizeof(entry->group));
	strlcpy(entry->ifname, ifname, sizeof(entry->ifname));
	return entry;
}

void frrd_kept_attach_address(struct frrd_kept_attach *entry, const struct prefix *p, bool marked)
{
	entry->addresses = XREALLOC(MTYPE_FRRD_KEPT_ATTACH, entry->addresses,
				    (entry->address_count + 1) * sizeof(*entry->addresses));
	entry->addresses[entry->address_count++] =
		(struct frrd_kept_address){ .p = *p, .marked = marked };
}

void frrd_kept_attach_del(struct frrd_kept_attaches *kept, size_t number)
{
	kept_free(&kept->list[number]);
	kept->list[number] = kept->list[--kept->count];
}

/* --- as JSON --- */

struct json_object *frrd_kept_attaches_json(const struct frrd_kept_attaches *kept)
{
	struct json_object *json = json_object_new_object();
	struct json_object *list = json_object_new_array();

	json_object_object_add(json, "bootId", json_object_new_string(kept->boot_id));
	for (size_t i = 0; i < kept->count; i++) {
		const struct frrd_kept_attach *entry = &kept->list[i];
		struct json_object *item = json_object_new_object();
		struct json_object *addresses = json_object_new_array();

		json_object_object_add(item, "group", json_object_new_string(entry->group));
		json_object_object_add(item, "interface", json_object_new_string(entry->ifname));
		json_object_object_add(item, "ifindex", json_object_new_int(entry->ifindex));
		json_object_object_add(item, "raised", json_object_new_boolean(entry->raised));
		for (size_t j = 0; j < entry->address_count; j++) {
			struct json_object *address = json_object_new_object();
			char text[PREFIX_STRLEN];

			json_object_object_add(address, "address",
					       json_object_new_string(
						       prefix2str(&entry->addresses[j].p, text,
								  sizeof(text))));
			json_object_object_add(
				address, "marked",
				json_object_new_boolean(entry->addresses[j].marked));
			json_object_array_add(addresses, address);
		}
		json_object_object_add(item, "addresses", addresses);
		json_object_array_add(list, item);
	}
	json_object_object_add(json, "interfaces", list);
	return json;
}

static struct json_object *member(struct json_object *json, const char *key, enum json_type type)
{
	struct json_object *value;

	if (!json_object_is_type(json, json_type_object) ||
	    !json_object_object_get_ex(json, key, &value) || !json_object_is_type(value, type))
		return NULL;
	return value;
}

static bool read_addresses(struct json_object *list, struct frrd_kept_attach *entry)
{
	struct prefix p;

	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *item = json_object_array_get_idx(list, i);
		struct json_object *address = member(item, "address", json_type_string);
		struct json_object *marked = member(item, "marked", json_type_boolean);

		memset(&p, 0, sizeof(p));
		if (!address || !marked || !str2prefix(json_object_get_string(address), &p))
			return false;
		frrd_kept_attach_address(entry, &p, json_object_get_boolean(marked));
	}
	return true;
}

static bool read_entry(struct json_object *item, struct frrd_kept_attaches *kept)
{
	struct json_object *group = member(item, "group", json_type_string);
	struct json_object *ifname = member(item, "interface", json_type_string);
	struct json_object *ifindex = member(item, "ifindex", json_type_int);
	struct json_object *raised = member(item, "raised", json_type_boolean);
	struct json_object *addresses = member(item, "addresses", json_type_array);

	if (!group || !ifname || !ifindex || !raised || !addresses)
		return false;
	return read_addresses(addresses,
			      frrd_kept_attach_add(kept, json_object_get_string(group),
				  json_object_get_string(ifname), json_object_get_int(ifindex),
				  json_object_get_boolean(raised)));
}

bool frrd_kept_attaches_read(struct json_object *json, struct frrd_kept_attaches *ret_kept)
{
	struct json_object *boot_id = member(json, "bootId", json_type_string);
	struct json_object *list = member(json, "interfaces", json_type_array);

	memset(ret_kept, 0, sizeof(*ret_kept));
	if (!boot_id || !list)
		return false;
	strlcpy(ret_kept->boot_id, json_object_get_string(boot_id), sizeof(ret_kept->boot_id));
	for (size_t i = 0; i < json_object_array_length(list); i++)
		if (!read_entry(json_object_array_get_idx(list, i), ret_kept)) {
			frrd_kept_attaches_free(ret_kept);
			return false;
		}
	return true;
}
