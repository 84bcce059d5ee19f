// SPDX-License-Identifier: GPL-2.0-or-later
/* Northbound: operational state of attachments. */

#include <zebra.h>

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_nb.h"

const void *frrd_nb_state_attachment_next(struct nb_cb_get_next_args *args)
{
	return frrd_attach_next(args->parent_list_entry, args->list_entry);
}

int frrd_nb_state_attachment_keys(struct nb_cb_get_keys_args *args)
{
	args->keys->num = 1;
	strlcpy(args->keys->key[0], frrd_attachment_ifname(args->list_entry),
		sizeof(args->keys->key[0]));
	return NB_OK;
}

const void *frrd_nb_state_attachment_lookup(struct nb_cb_lookup_entry_args *args)
{
	return frrd_attach_find(args->parent_list_entry, args->keys->key[0]);
}

struct yang_data *frrd_nb_state_attachment_elem(struct nb_cb_get_elem_args *args)
{
	const struct frrd_attachment *att = args->list_entry;
	const char *leaf = strrchr(args->xpath, '/') + 1;

	if (strmatch(leaf, "interface"))
		return yang_data_new_string(args->xpath, frrd_attachment_ifname(att));
	if (strmatch(leaf, "state"))
		return yang_data_new_string(args->xpath, frrd_attachment_state(att));
	if (strmatch(leaf, "problem") && frrd_attachment_problem(att)[0])
		return yang_data_new_string(args->xpath, frrd_attachment_problem(att));
	return NULL;
}

const void *frrd_nb_state_attached_next(struct nb_cb_get_next_args *args)
{
	return frrd_attachment_next_address(args->parent_list_entry, args->list_entry);
}

struct yang_data *frrd_nb_state_attached_elem(struct nb_cb_get_elem_args *args)
{
	char text[PREFIX_STRLEN];

	return yang_data_new_string(args->xpath, prefix2str(args->list_entry, text, sizeof(text)));
}
