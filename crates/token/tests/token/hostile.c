/* A PKCS#11 module that misbehaves as the macro DEEDS says, for tests. Written against the standard's 2.40 ABI on
 * platforms with natural alignment. It holds one token with one certificate object and one private key. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef unsigned long N;
typedef struct { unsigned char major, minor; } V;
typedef struct { V v; unsigned char man[32]; N flags; unsigned char lib[32]; V lv; } Info;
typedef struct { unsigned char d[64], man[32]; N flags; V h, f; } Slot;
typedef struct { unsigned char label[32], man[32], model[16], serial[16]; N flags, n[10]; V h, f; unsigned char t[16]; } Token;
typedef struct { N type; void *value; N len; } Attr;
typedef N (*Fn)();
typedef struct { V v; Fn f[68]; } List;

#ifndef SIGN
#define SIGN { static int made; if (!made++ ) { memset(sig, 7, 64); *len = 64; return 0; } return 5; }
#endif
#ifndef LOGIN
#define LOGIN return 0;
#endif
#ifndef INIT
#define INIT
#endif
#ifndef SLOTS
#define SLOTS
#endif
#ifndef ATTRIBUTE
#define ATTRIBUTE
#endif
#ifndef MECHANISMS
#define MECHANISMS
#endif

static N no(void) { return 0x54; }
static N ok(void) { return 0; }
static unsigned char cert[8192];
static N cert_len, class_wanted, served;

static N initialise(void *a) {
    INIT
    FILE *f = fopen(CERT, "rb");
    if (f) { cert_len = fread(cert, 1, sizeof cert, f); fclose(f); }
    return 0;
}
static void pad(unsigned char *to, int n, const char *s) { memset(to, ' ', n); memcpy(to, s, strlen(s)); }
static N info(Info *i) { memset(i, 0, sizeof *i); pad(i->man, 32, "Hostile"); pad(i->lib, 32, "Test module"); i->v.major = 2; i->v.minor = 40; return 0; }
static N slots(unsigned char present, N *list, N *count) { SLOTS if (list) list[0] = 4; *count = 1; return 0; }
static N slot_info(N s, Slot *i) { memset(i, 0, sizeof *i); pad(i->d, 64, "Hostile reader 0"); return 0; }
static N token_info(N s, Token *t) {
    memset(t, 0, sizeof *t);
    pad(t->label, 32, "hostile"); pad(t->man, 32, "Hostile"); pad(t->model, 16, "Evil"); pad(t->serial, 16, "0001");
    t->flags = 0x40c FLAGS; t->n[4] = 8; t->n[5] = 4;
    return 0;
}
static N mechanisms(N s, N *list, N *count) { MECHANISMS if (list) list[0] = 0x1041; *count = 1; return 0; }
static N open_session(N s, N f, void *a, void *n, N *h) { *h = 9; return 0; }
static N login(N h, N u, char *pin, N len) { LOGIN }
static N find_init(N h, Attr *t, N n) { class_wanted = *(N *)t->value; served = 0; return 0; }
static N find(N h, N *objects, N max, N *count) {
    *count = 0;
    if (!served++ && (class_wanted == 1 || class_wanted == 3)) { objects[0] = class_wanted; *count = 1; }
    return 0;
}
static N give(Attr *a, const void *v, N n) {
    if (a->value) { if (a->len < n) { a->len = (N)-1; return 0x150; } memcpy(a->value, v, n); }
    a->len = n; return 0;
}
static N attribute(N h, N object, Attr *a, N n) {
    N zero = 0, ec = 3;
    ATTRIBUTE
    if (a->type == 0x11 && object == 1) return give(a, cert, cert_len);
    if (a->type == 0x102) return give(a, "\1", 1);
    if (a->type == 0x80) return give(a, &zero, sizeof zero);
    if (a->type == 0x100) return give(a, &ec, sizeof ec);
    a->len = (N)-1; return 0x12;
}
static N sign(N h, unsigned char *in, N in_len, unsigned char *sig, N *len) { SIGN }

static List list;
N C_GetFunctionList(List **out) {
    for (int i = 0; i < 68; i++) list.f[i] = (Fn)no;
    list.v.major = 2; list.v.minor = 40;
    list.f[0] = (Fn)initialise; list.f[1] = (Fn)ok; list.f[2] = (Fn)info; list.f[4] = (Fn)slots; list.f[5] = (Fn)slot_info;
    list.f[6] = (Fn)token_info; list.f[7] = (Fn)mechanisms; list.f[12] = (Fn)open_session; list.f[13] = (Fn)ok; list.f[14] = (Fn)ok;
    list.f[18] = (Fn)login; list.f[19] = (Fn)ok; list.f[24] = (Fn)attribute; list.f[26] = (Fn)find_init; list.f[27] = (Fn)find;
    list.f[28] = (Fn)ok; list.f[42] = (Fn)ok; list.f[43] = (Fn)sign;
    *out = &list;
    return 0;
}
