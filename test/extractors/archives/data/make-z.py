"""Writes sample.Z from sample.txt as ncompress does (12 bits, one clear in the middle); gzip -d reads it."""
data = open("sample.txt", "rb").read()
MAX_BITS = 12
out = bytearray([0x1F, 0x9D, 0x80 | MAX_BITS])
group, bits = [], 9


def flush(pad):
    global group
    value = sum(code << (k * bits) for k, code in enumerate(group))
    packed = value.to_bytes((len(group) * bits + 7) // 8, "little")
    out.extend(packed.ljust(bits, b"\0") if pad else packed)
    group = []


def emit(code):
    group.append(code)
    if len(group) == 8:
        flush(True)


def widen(free):
    global bits
    if free - 1 >= (1 << bits) and bits < MAX_BITS:
        if group:
            flush(True)
        bits += 1


singles = {bytes([i]): i for i in range(256)}
table, free, word, cleared = dict(singles), 257, b"", False
for index, byte in enumerate(data):
    longer = word + bytes([byte])
    if longer in table:
        word = longer
        continue
    emit(table[word])
    if free < (1 << MAX_BITS):
        table[longer] = free
        free += 1
    widen(free)
    word = bytes([byte])
    if index > 12000 and not cleared:
        cleared = True
        emit(table[word])
        free += free < (1 << MAX_BITS)
        widen(free)
        emit(256)
        if group:
            flush(True)
        bits, table, free, word = 9, dict(singles), 257, b""
if word:
    emit(table[word])
if group:
    flush(False)
open("sample.Z", "wb").write(out)
