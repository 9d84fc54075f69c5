# SPDX-License-Identifier: GPL-3.0-or-later
# The studio's languages: resources/translations/bitloom_LANGUAGE.ts, made and updated with the target `update_translations`
# (lupdate), compiled by lrelease and carried inside the program as :/bitloom/translations/bitloom_LANGUAGE.qm.
set(BITLOOM_LANGUAGES de ko)

if(BITLOOM_STUDIO)
  find_program(BITLOOM_LRELEASE lrelease HINTS /usr/lib/qt6/bin REQUIRED)
  find_program(BITLOOM_LUPDATE lupdate HINTS /usr/lib/qt6/bin REQUIRED)
endif()

# bitloom_add_translations(TARGET): puts the compiled languages into TARGET.
function(bitloom_add_translations target)
  set(folder "${CMAKE_BINARY_DIR}/translations")
  set(entries "")
  set(compiled "")
  set(sources "")
  foreach(language IN LISTS BITLOOM_LANGUAGES)
    set(ts "${CMAKE_SOURCE_DIR}/resources/translations/bitloom_${language}.ts")
    set(qm "${folder}/bitloom_${language}.qm")
    add_custom_command(OUTPUT "${qm}" COMMAND "${BITLOOM_LRELEASE}" -silent "${ts}" -qm "${qm}" DEPENDS "${ts}" VERBATIM)
    list(APPEND compiled "${qm}")
    list(APPEND sources "${ts}")
    string(APPEND entries "    <file>bitloom_${language}.qm</file>\n")
  endforeach()
  file(CONFIGURE OUTPUT "${folder}/translations.qrc" CONTENT
    "<RCC>\n  <qresource prefix=\"/bitloom/translations\">\n${entries}  </qresource>\n</RCC>\n")
  add_custom_command(OUTPUT "${folder}/qrc_translations.cpp"
    COMMAND Qt6::rcc --name translations --output "${folder}/qrc_translations.cpp" "${folder}/translations.qrc"
    DEPENDS ${compiled} "${folder}/translations.qrc" VERBATIM)
  set_source_files_properties("${folder}/qrc_translations.cpp" PROPERTIES SKIP_AUTOGEN ON SKIP_PRECOMPILE_HEADERS ON)
  target_sources(${target} PRIVATE "${folder}/qrc_translations.cpp")
  add_custom_target(update_translations
    COMMAND "${BITLOOM_LUPDATE}" -I . -locations none -no-obsolete app/studio widgets -ts ${sources}
    WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}" VERBATIM)
endfunction()
