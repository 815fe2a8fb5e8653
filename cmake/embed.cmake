# Writes OUT, a C file with the text of each preset, protocol and fact as a byte array, in the order
# of their names.  The table's type is in scenarios/embedded.h.
function(embed table files)
  set(rows "")
  foreach(path IN LISTS files)
    get_filename_component(name ${path} NAME_WE)
    string(MAKE_C_IDENTIFIER "${table}_${name}" symbol)
    file(READ ${path} bytes HEX)
    string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
    file(APPEND ${OUT} "static const unsigned char ${symbol}[] = {${bytes}0};\n")
    string(APPEND rows
      "    {\"${name}\", (const char *)${symbol}, sizeof ${symbol} - 1},\n")
  endforeach()
  file(APPEND ${OUT} "const struct embedded_file ${table}[] = {\n${rows}    {0, 0, 0},\n};\n")
endfunction()

file(WRITE ${OUT} "#include \"scenarios/embedded.h\"\n")
embed(embedded_presets "${PRESETS}")
embed(embedded_protocols "${PROTOCOLS}")
embed(embedded_facts "${FACTS}")
