/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text from outside for people: logs, shows, notifications. */
#ifndef FRRD_IO_TEXT_H
#define FRRD_IO_TEXT_H

/* Replaces whatever is not printable ASCII by '?'. */
void io_text_printable(char *text);

#endif
