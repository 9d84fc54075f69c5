# SPDX-License-Identifier: GPL-3.0-or-later
# How Bitloom's own targets are made: one shared library per folder under core/, so that the linker itself
# enforces which room may use which; a plugin is a module; a test is one Qt Test program.
set(BITLOOM_PLUGIN_SUBDIR "lib/bitloom/plugins")
set(CMAKE_SHARED_LINKER_FLAGS "${CMAKE_SHARED_LINKER_FLAGS} -Wl,--no-undefined")
set(CMAKE_MODULE_LINKER_FLAGS "${CMAKE_MODULE_LINKER_FLAGS} -Wl,--no-undefined")
find_program(BITLOOM_MOLD mold)
if(BITLOOM_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_library(bitloom_options INTERFACE)
target_include_directories(bitloom_options INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_features(bitloom_options INTERFACE cxx_std_20)
target_compile_options(bitloom_options INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual>
  # GCC 12 reports overlaps and bounds on plain std::string assignments (its bugs 105651 and 105329).
  $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-restrict -Wno-array-bounds>
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<BOOL:${BITLOOM_WARNINGS_AS_ERRORS}>>:-Werror>)
target_compile_definitions(bitloom_options INTERFACE
  QT_NO_KEYWORDS QT_NO_FOREACH SPDLOG_FMT_EXTERNAL BITLOOM_VERSION="${PROJECT_VERSION}")
if(BITLOOM_SANITIZE)
  target_compile_options(bitloom_options INTERFACE -fsanitize=${BITLOOM_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(bitloom_options INTERFACE -fsanitize=${BITLOOM_SANITIZE})
endif()

# libtorch.so exports an older std::filesystem of its own. Programs name the system's libstdc++ first, so that the dynamic linker finds the
# complete one first; without this, std::filesystem::remove_all() jumps to address 0.
set(CMAKE_EXE_LINKER_FLAGS "${CMAKE_EXE_LINKER_FLAGS} -Wl,--push-state,--no-as-needed,-lstdc++,--pop-state")

# System headers here, so that our warnings stay ours. <torch/torch.h> is too much: GCC instantiates all that it uses anew in every file
# even from a precompiled header (8 s each); <torch/types.h> and, where gradients are taken, <torch/autograd.h> cost 2 s.
add_library(bitloom_torch INTERFACE)
# The torch wheel carries headers of a newer fmt; ours, whose library is linked, are put before them.
get_target_property(_fmt_include fmt::fmt INTERFACE_INCLUDE_DIRECTORIES)
file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/fmt_first")
file(CREATE_LINK "${_fmt_include}/fmt" "${CMAKE_BINARY_DIR}/fmt_first/fmt" SYMBOLIC)
target_include_directories(bitloom_torch SYSTEM INTERFACE "${CMAKE_BINARY_DIR}/fmt_first" ${TORCH_INCLUDE_DIRS})
target_link_libraries(bitloom_torch INTERFACE torch torch_cpu c10)
# at::parallel_for is an OpenMP loop in a header: without OpenMP it compiles to a loop on one thread. It has to be the OpenMP library that libtorch
# loads, where the wheel carries one: two of them keep two pools of threads.
find_package(OpenMP REQUIRED COMPONENTS CXX)
target_compile_options(bitloom_torch INTERFACE "$<$<COMPILE_LANGUAGE:CXX>:${OpenMP_CXX_FLAGS}>")
file(GLOB bitloom_torch_openmp "${BITLOOM_SITE_PACKAGES}/torch/lib/libgomp*.so*")
target_link_libraries(bitloom_torch INTERFACE "$<IF:$<BOOL:${bitloom_torch_openmp}>,${bitloom_torch_openmp},${OpenMP_CXX_LIBRARIES}>")

add_library(bitloom_torch_pch OBJECT "${CMAKE_SOURCE_DIR}/packaging/cmake/torch_pch.cpp")
target_link_libraries(bitloom_torch_pch PRIVATE bitloom_options bitloom_torch fmt::fmt)
target_precompile_headers(bitloom_torch_pch PRIVATE <torch/types.h> <nlohmann/json.hpp> <tl/expected.hpp> <fmt/format.h>
  <algorithm> <filesystem> <functional> <map> <memory> <optional> <span> <string> <variant> <vector>)

# For programs that only call the libraries: the time of a release build's -O3, a third of all, would buy nothing.
# (At -O1 GCC sees less of what is initialised.)
function(bitloom_optimise_little target)
  if(CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_options(${target} PRIVATE -O1 $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  endif()
endfunction()

# bitloom_add_library(NAME [TORCH] SOURCES … [USES folder …] [LINKS target …]): libbitloom-NAME.so from core/NAME.
function(bitloom_add_library name)
  cmake_parse_arguments(arg "TORCH" "" "SOURCES;USES;LINKS" ${ARGN})
  set(target bitloom_${name})
  add_library(${target} SHARED ${arg_SOURCES})
  add_library(Bitloom::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES OUTPUT_NAME bitloom-${name} DEFINE_SYMBOL ""
    INSTALL_RPATH "$ORIGIN;${BITLOOM_INSTALL_RPATH}")
  target_link_libraries(${target} PUBLIC bitloom_options)
  foreach(used IN LISTS arg_USES)
    target_link_libraries(${target} PUBLIC bitloom_${used})
  endforeach()
  target_link_libraries(${target} PUBLIC ${arg_LINKS})
  if(arg_TORCH)
    target_link_libraries(${target} PUBLIC bitloom_torch)
    target_precompile_headers(${target} REUSE_FROM bitloom_torch_pch)
  endif()
  install(TARGETS ${target} LIBRARY DESTINATION lib/bitloom)
endfunction()

function(bitloom_add_plugin kind name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
  set(target bitloom_${kind}_${name})
  add_library(${target} MODULE ${arg_SOURCES})
  set_target_properties(${target} PROPERTIES PREFIX "" OUTPUT_NAME ${name} DEFINE_SYMBOL ""
    LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/${BITLOOM_PLUGIN_SUBDIR}/${kind}" INSTALL_RPATH "$ORIGIN/../..;${BITLOOM_INSTALL_RPATH}")
  target_link_libraries(${target} PRIVATE ${arg_LINKS})
  install(TARGETS ${target} LIBRARY DESTINATION ${BITLOOM_PLUGIN_SUBDIR}/${kind})
  set_property(GLOBAL APPEND PROPERTY BITLOOM_PLUGINS ${target})
endfunction()

# bitloom_add_weight_plugin(NAME SOURCES …): plugins/weights/NAME as a module found at run time.
function(bitloom_add_weight_plugin name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
  bitloom_add_plugin(weights ${name} SOURCES ${arg_SOURCES} LINKS bitloom_quantization ${arg_LINKS})
  target_precompile_headers(bitloom_weights_${name} REUSE_FROM bitloom_torch_pch)
endfunction()

# bitloom_add_kv_plugin(NAME SOURCES …): plugins/kv/NAME, without torch.
function(bitloom_add_kv_plugin name)
  bitloom_add_plugin(kv ${name} ${ARGN} LINKS bitloom_kv)
endfunction()

# bitloom_add_test(NAME [TORCH] SOURCES … LINKS …): one Qt Test program, run offscreen.
function(bitloom_add_test name)
  cmake_parse_arguments(arg "TORCH" "TIMEOUT" "SOURCES;LINKS;LABELS" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 600)
  endif()
  add_executable(${name} ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES AUTOMOC ON RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  target_link_libraries(${name} PRIVATE bitloom_options bitloom_test_support Qt6::Test ${arg_LINKS})
  if(arg_TORCH)
    target_link_libraries(${name} PRIVATE bitloom_torch)
    target_precompile_headers(${name} REUSE_FROM bitloom_torch_pch)
    # The tests include their .moc; what AUTOMOC adds is an empty file, which need not read torch's headers.
    set_source_files_properties("${CMAKE_CURRENT_BINARY_DIR}/${name}_autogen/mocs_compilation.cpp" PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  endif()
  bitloom_optimise_little(${name})
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}" SKIP_RETURN_CODE 77
    # Qt Test would kill any one function after five minutes of its own; CTest's limit is the one that counts.
    ENVIRONMENT "QTEST_FUNCTION_TIMEOUT=3600000;QT_QPA_PLATFORM=offscreen;BITLOOM_PLUGIN_PATH=${CMAKE_BINARY_DIR}/${BITLOOM_PLUGIN_SUBDIR};BITLOOM_CLI=${CMAKE_BINARY_DIR}/bin/bitloom-cli;BITLOOM_PYTHON=${BITLOOM_SITE_PACKAGES}/../../../bin/python")
endfunction()
