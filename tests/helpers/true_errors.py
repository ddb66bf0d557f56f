"""What ONNX Runtime, torch and drivers really say when a device fails, word for word."""

CUDA_OOM = (
    "[ONNXRuntimeError] : 6 : RUNTIME_EXCEPTION : Non-zero status code returned while running "
    "MatMul node. Name:'/blocks/blocks.3/mlp/fc1/MatMul' Status Message: "
    "/onnxruntime_src/onnxruntime/core/framework/bfc_arena.cc:376 "
    "void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool, onnxruntime::Stream*) "
    "Failed to allocate memory for requested buffer of size 154140672"
)
CUDA_OOM_OF_DRIVER = (
    "[ONNXRuntimeError] : 6 : RUNTIME_EXCEPTION : Exception during initialization: "
    "/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_call.cc:129 std::conditional_t<THRW, "
    "void, onnxruntime::common::Status> onnxruntime::CudaCall(ERRTYPE, const char*, const char*, "
    "SUCCTYPE, const char*, const char*, int) [with ERRTYPE = cudaError; bool THRW = true] CUDA "
    "failure 2: out of memory ; GPU=0 ; hostname=host ; file=/onnxruntime_src/onnxruntime/core/"
    "providers/cuda/cuda_allocator.cc ; line=48 ; expr=cudaMalloc((void**)&p, size);"
)
CUDNN_OOM = (
    "[ONNXRuntimeError] : 1 : FAIL : Non-zero status code returned while running Conv node. "
    "Name:'/stem/conv/Conv' Status Message: CUDNN failure 4: CUDNN_STATUS_ALLOC_FAILED ; GPU=0 ; "
    "hostname=host ; expr=cudnnCreate(&cudnn_handle_);"
)
CUBLAS_OOM = (
    "[ONNXRuntimeError] : 1 : FAIL : CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0 ; "
    "hostname=host ; expr=cublasCreate(&cublas_handle_);"
)
CUDA_OLD_DRIVER = (
    "/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_call.cc:129 CUDA failure 35: CUDA "
    "driver version is insufficient for CUDA runtime version ; GPU=-1 ; hostname=host ; "
    "expr=cudaSetDevice(info_.device_id);"
)
CUDA_NO_DEVICE = (
    "/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_call.cc:129 CUDA failure 100: no "
    "CUDA-capable device is detected ; GPU=-1 ; hostname=host ; "
    "expr=cudaSetDevice(info_.device_id);"
)
CUDA_NO_KERNEL = (
    "[ONNXRuntimeError] : 1 : FAIL : Non-zero status code returned while running Cast node. "
    "Name:'/Cast' Status Message: CUDA error cudaErrorNoKernelImageForDevice:no kernel image is "
    "available for execution on the device"
)
CUDA_ILLEGAL_ACCESS = (
    "[ONNXRuntimeError] : 1 : FAIL : CUDA failure 700: an illegal memory access was encountered ; "
    "GPU=0 ; hostname=host ; expr=cudaStreamSynchronize(static_cast<cudaStream_t>(stream));"
)
CUDNN_MISSING = (
    "[ONNXRuntimeError] : 1 : FAIL : Failed to load library "
    "/data/runtime/onnxruntime/capi/libonnxruntime_providers_cuda.so with error: "
    "libcudnn.so.9: cannot open shared object file: No such file or directory"
)
DIRECTML_OOM = (
    "[ONNXRuntimeError] : 6 : RUNTIME_EXCEPTION : Non-zero status code returned while running "
    "DmlFusedNode_0_12 node. Name:'DmlFusedNode_0_12' Status Message: "
    "D:\\a\\_work\\1\\s\\onnxruntime\\core\\providers\\dml\\DmlExecutionProvider\\src\\"
    "DmlGraphFusionHelper.cpp(1067)\\onnxruntime_pybind11_state.pyd!00007FFB1A2C5F3A: (caller: "
    "00007FFB1A2B1E4C) Exception(3) tid(5ecc) 8007000E Not enough memory resources are available "
    "to complete this operation."
)
DIRECTML_REMOVED = (
    "[ONNXRuntimeError] : 1 : FAIL : D:\\a\\_work\\1\\s\\onnxruntime\\core\\providers\\dml\\"
    "DmlExecutionProvider\\src\\DmlCommandRecorder.cpp(372)\\onnxruntime_pybind11_state.pyd!"
    "00007FFC7A8F2B51: (caller: 00007FFC7A8F2101) Exception(1) tid(2f10) 887A0005 The GPU device "
    "instance has been suspended. Use GetDeviceRemovedReason to determine the appropriate action."
)
DIRECTML_HUNG = (
    "[ONNXRuntimeError] : 1 : FAIL : Exception(2) tid(2f10) 887A0006 The GPU will not respond to "
    "more commands, most likely because of an invalid command passed by the calling application."
)
OPENVINO_OOM = (
    "[ONNXRuntimeError] : 6 : RUNTIME_EXCEPTION : Exception from src/plugins/intel_gpu/src/runtime/"
    "ocl/ocl_engine.cpp:163: [GPU] Exceeded max size of memory allocation, clCreateBuffer, error "
    "code: -4 CL_MEM_OBJECT_ALLOCATION_FAILURE"
)
TORCH_OOM = (
    "CUDA out of memory. Tried to allocate 148.00 MiB. GPU 0 has a total capacity of 7.78 GiB of "
    "which 62.19 MiB is free. Process 4711 has 7.70 GiB memory in use."
)

MEMORY = (
    CUDA_OOM,
    CUDA_OOM_OF_DRIVER,
    CUDNN_OOM,
    CUBLAS_OOM,
    DIRECTML_OOM,
    OPENVINO_OOM,
    TORCH_OOM,
)
LOST = (CUDA_ILLEGAL_ACCESS, DIRECTML_REMOVED, DIRECTML_HUNG)
UNFIT = (CUDA_OLD_DRIVER, CUDA_NO_DEVICE, CUDA_NO_KERNEL, CUDNN_MISSING)
